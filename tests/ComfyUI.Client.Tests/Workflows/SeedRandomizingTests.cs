using System.Collections.Generic;
using System.Text.Json.Nodes;
using Xunit;
using static ComfyUI.Client.Tests.Example;

namespace ComfyUI.Client.Tests;

/// <summary>New seeds for a run: each by its own control_after_generate, as the browser changes them.</summary>
public class SeedRandomizingTests
{
    [Theory]
    [InlineData("fixed", 1, 5)]
    [InlineData("increment", 1, 6)]
    [InlineData("increment", 3, 8)]
    [InlineData("decrement", 1, 4)]
    [InlineData("decrement", 9, 0)]
    public void AWordSaysWhatBecomesOfASeed(string word, int runs, long expected)
    {
        // The second seed is there so that not all are fixed.
        ComfyUIWorkflow changed = Randomize(Sampler(word) + ",{\"id\":2,\"type\":\"OldSeed\",\"widgets_values\":[1,\"randomize\",20]}", runs: runs);
        Assert.Equal(expected, Seed(changed, "1", "seed"));
        Assert.Equal(ComfyUIWorkflowFormat.UI, changed.Format);
        Assert.Empty(changed.Warnings);
    }

    [Fact]
    public void RandomOnesDifferFromRunToRunAndStayWithinTheLimits()
    {
        var seen = new HashSet<long>();
        for (int i = 0; i < 20; i++)
        {
            // A class without limits is taken to have those of the browser: 0 to 2048.
            long seed = Seed(Randomize(Sampler("randomize")), "1", "seed");
            Assert.InRange(seed, 0, 2048);
            seen.Add(seed);
        }

        Assert.True(seen.Count > 3, "Twenty random seeds are hardly ever the same three.");
    }

    [Fact]
    public void WithoutAWordTheSeedIsRandomAsInANewNode()
    {
        var seen = new HashSet<long>();
        for (int i = 0; i < 10; i++)
        {
            seen.Add(Seed(Randomize("""{"id":1,"type":"OldSeed","widgets_values":[5]}"""), "1", "noise_seed"));
        }

        Assert.True(seen.Count > 1);
    }

    [Fact]
    public void WhenAllAreFixedNothingChangesAndAWarningSaysSo()
    {
        ComfyUIWorkflow changed = Randomize(Sampler("fixed"));
        Assert.Equal(5, Seed(changed, "1", "seed"));
        Assert.Contains("'fixed'", Assert.Single(changed.Warnings));
    }

    [Fact]
    public void AWorkflowWithoutSeedsIsAnError()
        => Assert.Equal(ComfyUIErrorId.UnknownWorkflowInput, Assert.Throws<ComfyUIValidationException>(() => Randomize("""{"id":1,"type":"Load"}""")).ErrorId);

    [Fact]
    public void APrimitiveNodeHasAWordOfItsOwnAndFeedsAllAlike()
    {
        string nodes = """
            {"id":9,"type":"PrimitiveNode","widgets_values":[40,"increment"],"outputs":[{"name":"INT","type":"INT"}]},
            {"id":1,"type":"Sample","widgets_values":[5,"fixed","ddim",0.5,"x"],"inputs":[{"name":"seed","link":1,"widget":{"name":"seed"}}]},
            {"id":2,"type":"OldSeed","widgets_values":[1,"fixed",20],"inputs":[{"name":"noise_seed","link":2,"widget":{"name":"noise_seed"}}]}
            """;
        ComfyUIWorkflow changed = Randomize(nodes, "1,9,0,1,0 2,9,0,2,0");
        Assert.Equal(41, Seed(changed, "1", "seed"));
        Assert.Equal(41, Seed(changed, "2", "noise_seed"));
        Assert.Equal("41", changed.Document["nodes"]![0]!["widgets_values"]![0]!.ToJsonString());
    }

    [Fact]
    public void ASeedThatASubgraphShowsGoesByTheWordInside()
    {
        const string Inside = """
            "definitions":{"subgraphs":[{"id":"s","inputs":[{"name":"seed","type":"INT","linkIds":[5]}],
              "nodes":[{"id":3,"type":"Sample","widgets_values":[5,"decrement","ddim",0.5,"x"],"inputs":[{"name":"seed","link":5,"widget":{"name":"seed"}}]}],
              "links":[{"id":5,"origin_id":-10,"origin_slot":0,"target_id":3,"target_slot":0}]}]}
            """;
        ComfyUIWorkflow changed = Randomize("""{"id":7,"type":"s","widgets_values":[100],"inputs":[{"name":"seed","widget":{"name":"seed"}}]}""", "", Inside);
        Assert.Equal(99, Seed(changed, "7:3", "seed"));
    }

    [Theory]
    [InlineData("ink", "increment", "", 1, "oil")]
    [InlineData("ink", "increment", "", 9, "chalk")]
    [InlineData("oil", "decrement", "", 2, "ink")]
    [InlineData("chalk", "increment-wrap", "", 2, "oil")]
    [InlineData("oil", "increment", "oil", 1, "oil on wood")]
    [InlineData("oil on wood", "increment-wrap", "OIL", 1, "oil")]
    [InlineData("ink", "increment", "/^o.*l$/", 1, "oil")]
    [InlineData("ink", "increment", "/(/", 1, "ink")]
    [InlineData("ink", "increment", "nothing", 1, "ink")]
    [InlineData("gone", "increment", "", 1, "ink")]
    public void AChoiceGoesOnAmongThoseThatItsFilterLetsThrough(string current, string word, string filter, int runs, string expected)
    {
        // The seed is there so that something changes.
        ComfyUIWorkflow changed = Randomize(
            Sampler("increment") + ",{\"id\":2,\"type\":\"Pick\",\"widgets_values\":[\"" + current + "\",\"" + word + "\",\"" + filter + "\",1.0]}", runs: runs);
        AssertInputs(WorkflowConverter.Convert(changed.Document, Catalogue).Prompt, "2", "{\"style\":\"" + expected + "\",\"amount\":1.0}");
    }

    [Fact]
    public void RandomChoicesAreAllOfThem()
    {
        var seen = new HashSet<string>();
        for (int i = 0; i < 200; i++)
        {
            seen.Add((string)WorkflowConverter.Convert(Randomize("""{"id":2,"type":"Pick","widgets_values":["ink","randomize","",1.0]}""").Document, Catalogue)
                .Prompt["2"]!["inputs"]!["style"]!);
        }

        Assert.Equal(["chalk", "ink", "oil", "oil on wood"], System.Linq.Enumerable.Order(seen));
    }

    [Theory]
    [InlineData("""["oil","increment-wrap","/oil/"]""", "style", "\"oil on wood\"")]
    [InlineData("""["oil"]""", "style", "\"oil\"")]
    [InlineData("""[0.5,"decrement"]""", "amount", "0.25")]
    [InlineData("""[2,"increment"]""", "amount", "2.0")]
    public void APrimitiveNodeChangesWhateverItFeeds(string values, string input, string expected)
    {
        ComfyUIWorkflow changed = Randomize(
            Sampler("increment") + $$""",{"id":9,"type":"PrimitiveNode","widgets_values":{{values}},"outputs":[{"name":"x","type":"*"}]},"""
            + "{\"id\":2,\"type\":\"Pick\",\"widgets_values\":[\"ink\",\"fixed\",\"\",1.0],\"inputs\":[{\"name\":\"" + input + "\",\"link\":1,\"widget\":{\"name\":\"" + input + "\"}}]}", "1,9,0,2,0");
        Assert.Equal(expected, JsonText.Write(WorkflowConverter.Convert(changed.Document, Catalogue).Prompt["2"]!["inputs"]![input]));
    }

    [Fact]
    public void AllSeedsOfAPromptGetOneRandomNumber()
    {
        ComfyUIWorkflow prompt = ComfyUIWorkflow.Parse("""
            {"1":{"class_type":"Sample","inputs":{"seed":5}},"2":{"class_type":"OldSeed","inputs":{"noise_seed":6}},"3":{"class_type":"Sample","inputs":{"seed":["2",0]}}}
            """);
        JsonObject changed = WorkflowEditor.RandomizeSeeds(prompt, 1, null, out _).Document;
        string first = changed["1"]!["inputs"]!["seed"]!.ToJsonString();
        Assert.Equal(first, changed["2"]!["inputs"]!["noise_seed"]!.ToJsonString());
        Assert.InRange(ulong.Parse(first), 0UL, RandomSeed.Limit - 1);
        Assert.IsType<JsonArray>(changed["3"]!["inputs"]!["seed"]);
    }

    private static string Sampler(string word)
        => "{\"id\":1,\"type\":\"Sample\",\"widgets_values\":[5,\"" + word + "\",\"ddim\",0.5,\"x\"]}";

    private static ComfyUIWorkflow Randomize(string nodes, string links = "", string more = "", int runs = 1)
        => WorkflowEditor.RandomizeSeeds(ComfyUIWorkflow.Parse(Workflow(nodes, links, more)), runs, Catalogue, out _);

    private static long Seed(ComfyUIWorkflow workflow, string node, string input)
        => long.Parse(WorkflowConverter.Convert(workflow.Document, Catalogue).Prompt[node]!["inputs"]![input]!.ToJsonString());
}
