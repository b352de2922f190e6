using System;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests;

public class ConversionSpeedTests(ITestOutputHelper output)
{
    // The aim is 20 ms for 1,000 nodes on a quiet machine; the limits leave room for a busy one.
    [Theory]
    [InlineData(1_000, 200)]
    [InlineData(10_000, 2_000)]
    public void TimeGrowsWithTheNumberOfNodes(int count, int limitMilliseconds)
    {
        var workflow = (JsonObject)JsonText.Parse(Chain(count))!;
        double best = double.MaxValue;
        for (int i = 0; i < 8; i++)
        {
            var watch = Stopwatch.StartNew();
            ConversionResult result = WorkflowConverter.Convert(workflow, Example.Catalogue);
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
            Assert.Equal(count, result.Prompt.Count);
        }

        output.WriteLine($"{count} nodes: {best:F1} ms");
        Assert.True(best < limitMilliseconds, $"{best} ms");
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
