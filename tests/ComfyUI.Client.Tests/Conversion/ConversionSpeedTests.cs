using System;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>Speed as far as a test may know it: what is allocated. Times are for benchmarks.</summary>
public class ConversionSpeedTests
{
    [Fact]
    public void Ten_times_the_nodes_take_about_ten_times_the_memory()
    {
        Allocated(100);
        double few = Allocated(1_000);
        double many = Allocated(10_000);
        Assert.InRange(many / few, 8, 12);
    }

    private static long Allocated(int count)
    {
        var workflow = (JsonObject)JsonText.Parse(Chain(count))!;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(count, WorkflowConverter.Convert(workflow, Example.Catalogue).Prompt.Count);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Chain(int count)
    {
        var nodes = new StringBuilder("""{"id":1,"type":"Load"}""");
        var links = new StringBuilder();
        for (int i = 2; i <= count; i++)
        {
            nodes.Append(",{\"id\":").Append(i)
                .Append(",\"type\":\"Sample\",\"pos\":[1,2],\"size\":[3,4],\"flags\":{},\"order\":1,\"mode\":0,\"widgets_values\":[5,\"fixed\",\"ddim\",0.5,\"x\"],")
                .Append("\"inputs\":[{\"name\":\"model\",\"type\":\"MODEL\",\"link\":").Append(i).Append("},{\"name\":\"latent\",\"type\":\"LATENT\",\"link\":")
                .Append(i > 2 ? i + count : "null").Append("}],\"outputs\":[{\"name\":\"LATENT\",\"type\":\"LATENT\"}],\"properties\":{\"Node name for S&R\":\"Sample\"}}");
            links.Append(links.Length > 0 ? " " : string.Empty).Append(i).Append(",1,0,").Append(i).Append(",0 ")
                .Append(i + count).Append(',').Append(i - 1).Append(",0,").Append(i).Append(",1");
        }

        return Example.Workflow(nodes.ToString(), links.ToString());
    }
}
