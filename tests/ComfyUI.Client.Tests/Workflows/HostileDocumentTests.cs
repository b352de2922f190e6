using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client.Tests.Media;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>Documents broken at random, with a seed: whatever is done with one ends soon, in a result or an error of ours.</summary>
public class HostileDocumentTests
{
    private const int Rounds = 150;

    // A bit of everything that a document can hold.
    private const string Document = """
        {"version":0.4,"id":"11111111-2222-3333-4444-555555555555","last_node_id":20,"last_link_id":20,
         "nodes":[
           {"id":1,"type":"Load","mode":0,"widgets_values":["a.safetensors"],"outputs":[{"name":"MODEL","type":"MODEL","links":[1,6]}]},
           {"id":2,"type":"Reroute","inputs":[{"name":"","type":"*","link":1}],"outputs":[{"name":"","type":"MODEL","links":[2]}]},
           {"id":3,"type":"Sample","title":"Main","widgets_values":[5,"increment","ddim",0.5,"x"],"properties":{"Node name for S&R":"Sample"},
            "inputs":[{"name":"model","type":"MODEL","link":2},{"name":"latent","type":"LATENT","link":4},{"name":"seed","type":"INT","link":3,"widget":{"name":"seed"}}]},
           {"id":4,"type":"PrimitiveNode","widgets_values":[40,"randomize"],"outputs":[{"name":"INT","type":"INT","links":[3]}]},
           {"id":5,"type":"s","widgets_values":[0.7,9],"properties":{"proxyWidgets":[["7","strength"],["-1","seed"]]},
            "inputs":[{"name":"model","type":"MODEL","link":6},{"name":"seed","type":"INT","widget":{"name":"seed"}}],"outputs":[{"name":"LATENT","type":"LATENT","links":[4]}]},
           {"id":6,"type":"workflow>g","widgets_values":["b.safetensors",0.5],"inputs":[{"name":"latent","type":"LATENT"}],"outputs":[{"name":"LATENT","type":"LATENT"}]},
           {"id":8,"type":"SetNode","widgets_values":["m"],"inputs":[{"name":"*","type":"*","link":6}]},{"id":9,"type":"GetNode","widgets_values":["m"]},
           {"id":10,"type":"Mode","widgets_values":["deep","x",5,"end"]},{"id":11,"type":"Batch","inputs":[{"name":"images.image0","link":null}]},
           {"id":12,"type":"CustomCombo","widgets_values":["b","1","a","b",""]},{"id":13,"type":"Text","widgets_values":["{a|b} // c"]},
           {"id":14,"type":"SaveImage","widgets_values":["%date:yyyy%/%Main.seed%"]},{"id":15,"type":"Anything Everywhere","inputs":[{"name":"m","link":7}]}],
         "links":[[1,1,0,2,0,"MODEL"],[2,2,0,3,0,"MODEL"],[3,4,0,3,2,"INT"],[4,5,0,3,1,"LATENT"],[6,1,0,5,0,"MODEL"],[7,1,0,15,0,"MODEL"]],
         "definitions":{"subgraphs":[{"id":"s","name":"S","inputs":[{"name":"model","type":"MODEL","linkIds":[1]},{"name":"seed","type":"INT","linkIds":[2]}],
           "outputs":[{"name":"LATENT","type":"LATENT","linkIds":[3]}],
           "nodes":[{"id":7,"type":"Filter","widgets_values":[0.5],"inputs":[{"name":"model","link":1},{"name":"latent","link":4}]},
                    {"id":8,"type":"Sample","widgets_values":[1,"fixed","euler",1,""],"inputs":[{"name":"seed","link":2,"widget":{"name":"seed"}}]}],
           "links":[{"id":1,"origin_id":-10,"origin_slot":0,"target_id":7,"target_slot":0},{"id":2,"origin_id":-10,"origin_slot":1,"target_id":8,"target_slot":0},
                    {"id":3,"origin_id":7,"origin_slot":0,"target_id":-20,"target_slot":0},{"id":4,"origin_id":8,"origin_slot":0,"target_id":7,"target_slot":1}]}]},
         "extra":{"groupNodes":{"g":{"nodes":[{"index":0,"type":"Load","widgets_values":["a.safetensors"]},{"index":1,"type":"Filter","widgets_values":[0.5],
                                          "inputs":[{"name":"latent","type":"LATENT","link":null},{"name":"model","type":"MODEL","link":1}]}],
                                     "links":[[0,0,1,1,1,"MODEL"]],"external":[[1,0,"LATENT"]]}},
           "ue_links":[{"downstream":11,"downstream_slot":0,"upstream":"1","upstream_slot":0,"controller":15}],
           "linearData":{"inputs":[[3,"seed"],["5","seed"],["11111111-2222-3333-4444-555555555555:13:text","x"]],"outputs":[14]},
           "linkExtensions":[{"id":1,"parentId":1}],"reroutes":[{"id":1,"linkIds":[1]}]}}
        """;

    [Fact]
    public void TheDocumentItselfIsWhole()
    {
        ConversionResult result = Example.ConvertResult(Document);
        Assert.Empty(result.Warnings);
        Assert.Equal(["1", "3", "10", "11", "12", "13", "14", "5:7", "5:8", "6:0", "6:1"], result.Prompt.Select(node => node.Key));
    }

    [Fact(Timeout = 120_000)]
    public Task ConvertingEndsAsItShould() => ForEachBrokenAsync(document =>
    {
        JsonObject prompt = WorkflowConverter.Convert(document, Example.Catalogue, new ConversionOptions { AllowUnknownClasses = true, MaxNodes = 5_000 }).Prompt;
        foreach (KeyValuePair<string, JsonNode?> node in prompt)
        {
            foreach (KeyValuePair<string, JsonNode?> input in (JsonObject)node.Value!["inputs"]!)
            {
                Assert.True(input.Value is not JsonArray link || prompt.ContainsKey((string)link[0]!), $"{node.Key}.{input.Key} leads nowhere");
            }
        }
    });

    [Fact(Timeout = 120_000)]
    public Task ListingAndChecking() => ForEachBrokenAsync(document =>
    {
        var workflow = new ComfyUIWorkflow(document, ComfyUIWorkflowFormat.UI, null);
        WorkflowInputReader.Read(workflow, null);
        WorkflowInputReader.Read(workflow, Example.Catalogue, appOnly: true);
        WorkflowParameter.Choose(WorkflowInputReader.Read(workflow, Example.Catalogue), []);
        WorkflowValidator.Validate(workflow, Example.Catalogue);
    });

    [Theory(Timeout = 120_000)]
    [InlineData("3.seed")]
    [InlineData("5:8.seed")]
    [InlineData("5:7.strength")]
    [InlineData("6:1.strength")]
    [InlineData("Main.sampler")]
    [InlineData("10.mode.inner")]
    public Task Changing(string input) => ForEachBrokenAsync(document =>
    {
        string before = JsonText.Write(document);
        var workflow = new ComfyUIWorkflow(document, ComfyUIWorkflowFormat.UI, null);
        WorkflowEdit[] edits =
        [
            new ValueEdit(input, JsonNumber.TryCreate(7)), new LinkEdit(input, "1.0"), new UnlinkEdit(input),
            new ModeEdit(input.Split('.')[0], ComfyUINodeMode.Bypassed), new ModeEdit("5", ComfyUINodeMode.Muted),
        ];
        foreach (WorkflowEdit edit in edits)
        {
            Quietly(() => WorkflowEditor.Apply(workflow, [edit], Example.Catalogue, check: true));
        }

        Quietly(() => WorkflowEditor.Apply(workflow, edits, Example.Catalogue, check: false));
        Quietly(() => WorkflowEditor.SetSeed(workflow, 1, Example.Catalogue));
        Quietly(() => WorkflowEditor.RandomizeSeeds(workflow, 2, Example.Catalogue, out _));
        Assert.Equal(before, JsonText.Write(document));
    });

    [Fact(Timeout = 120_000)]
    public async Task ReadingFilesEndsAsItShould()
    {
        var random = new Random(20260203);
        byte[] whole = Encoding.UTF8.GetBytes(Document);
        await OnAnotherThread(async () =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                byte[] bytes = whole.ToArray();
                for (int i = random.Next(1, 6); i > 0; i--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                using var stream = new MemoryStream(bytes, 0, random.Next(3) == 0 ? random.Next(bytes.Length) : bytes.Length);
                try
                {
                    await WorkflowReader.FromStreamAsync(stream, "broken", CancellationToken.None);
                }
                catch (ComfyUIException)
                {
                }
            }
        });
    }

    [Fact(Timeout = 120_000)]
    public async Task CopyingPicturesEndsAsItShould()
    {
        var random = new Random(20260204);
        byte[] whole = PictureFiles.Png(PictureFiles.PngText("prompt", "{}"));
        await OnAnotherThread(async () =>
        {
            for (int round = 0; round < 2 * Rounds; round++)
            {
                byte[] bytes = whole.ToArray();
                for (int i = random.Next(1, 4); i > 0; i--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                using var picture = new MemoryStream(bytes, 0, random.Next(3) == 0 ? random.Next(bytes.Length) : bytes.Length);
                try
                {
                    await PngWorkflowWriter.CopyAsync(picture, Stream.Null, "{}", Document, CancellationToken.None);
                }
                catch (ComfyUIException)
                {
                }
            }
        });
    }

    private static Task ForEachBrokenAsync(Action<JsonObject> use) => OnAnotherThread(() =>
    {
        var random = new Random(20260202);
        for (int round = 0; round < Rounds; round++)
        {
            var document = (JsonObject)JsonText.Parse(Document)!;
            Scramble.Change(document, random, changes: 1 + (round % 12));
            Quietly(() => use(document));
        }

        return Task.CompletedTask;
    });

    // So that the time limit can end the test.
    private static Task OnAnotherThread(Func<Task> work) => Task.Run(work, TestContext.Current.CancellationToken).WaitAsync(TestContext.Current.CancellationToken);

    private static void Quietly(Action work)
    {
        try
        {
            work();
        }
        catch (ComfyUIException)
        {
        }
    }
}
