using System;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>Speed as far as a test may know it: what is allocated. Times are for benchmarks.</summary>
public class ConversionSpeedTests
{
    // Nobody writes into most nodes of a workflow, wherever they are; what is laid out of them goes as they are written.
    [Theory]
    [InlineData("plain")]
    [InlineData("beside a PrimitiveNode")]
    [InlineData("in a subgraph")]
    public void Ten_times_the_nodes_take_about_ten_times_the_memory(string shape)
    {
        Allocated(100, shape);
        double few = Allocated(1_000, shape);
        double many = Allocated(10_000, shape);
        Assert.InRange(many / few, 8, 12);
        Assert.InRange(many / 10_000, 0, 4_000);
    }

    [Fact]
    public async Task A_prompt_can_be_read_by_many_at_the_same_time()
    {
        JsonObject prompt = WorkflowConverter.Convert(Document(2_000, "plain"), Example.Catalogue).Prompt;
        string[] texts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => JsonText.Write(prompt))));
        Assert.All(texts, text => Assert.Equal(texts[0], text));
        Assert.Equal(texts[0], JsonText.Write(JsonText.Parse(texts[0])));
    }

    private static long Allocated(int count, string shape)
    {
        JsonObject workflow = Document(count, shape);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(count, WorkflowConverter.Convert(workflow, Example.Catalogue).Prompt.Count);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static JsonObject Document(int count, string shape)
    {
        string chain = Chain(count);
        return (JsonObject)JsonText.Parse(shape switch
        {
            "plain" => chain,
            "in a subgraph" => Example.Workflow("""{"id":1,"type":"s"}""", more: """ "definitions":{"subgraphs":[{"id":"s",""" + chain.Substring(1) + "]}"),
            _ => chain.Replace("\"nodes\":[", "\"nodes\":[{\"id\":0,\"type\":\"PrimitiveNode\",\"widgets_values\":[5,\"fixed\"]},", StringComparison.Ordinal),
        })!;
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
