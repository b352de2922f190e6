using System.Linq;
using System.Text.Json.Nodes;
using Xunit;
using static ComfyUI.Client.Tests.Example;

namespace ComfyUI.Client.Tests;

public class SubgraphTests
{
    // Inputs: a latent, and promoted widgets for strength and seed. Inside: Filter 1 -> Sample 2 -> output.
    private const string Definition = """
        {"id":"sub","name":"Sub",
         "inputs":[{"name":"latent","type":"LATENT","linkIds":[1]},{"name":"strength","type":"FLOAT","linkIds":[2]},{"name":"seed","type":"INT","linkIds":[3]}],
         "outputs":[{"name":"LATENT","type":"LATENT","linkIds":[5]}],
         "nodes":[
           {"id":1,"type":"Filter","widgets_values":[0.7],"inputs":[{"name":"latent","link":1},{"name":"strength","widget":{"name":"strength"},"link":2}]},
           {"id":2,"type":"Sample","widgets_values":[5,"fixed","ddim",0.4],"inputs":[{"name":"latent","link":4},{"name":"seed","widget":{"name":"seed"},"link":3}]}],
         "links":[
           {"id":1,"origin_id":-10,"origin_slot":0,"target_id":1,"target_slot":0},{"id":2,"origin_id":-10,"origin_slot":1,"target_id":1,"target_slot":1},
           {"id":3,"origin_id":-10,"origin_slot":2,"target_id":2,"target_slot":1},{"id":4,"origin_id":1,"origin_slot":0,"target_id":2,"target_slot":0},
           {"id":5,"origin_id":2,"origin_slot":0,"target_id":-20,"target_slot":0}]}
        """;

    private const string Around = """
        {"id":9,"type":"Filter"},{"id":8,"type":"Filter","inputs":[{"name":"latent","type":"LATENT","link":2}]},
        """;

    private static JsonObject ConvertHost(string host, string extraLinks = "", string extraNodes = "")
        => Convert(Workflow(Around + extraNodes + host, "1,9,0,3,0 2,3,0,8,0 " + extraLinks, "\"definitions\":{\"subgraphs\":[" + Definition + "]}"));

    [Fact]
    public void NodesInsideGetTheHostsIdBeforeTheirs()
    {
        JsonObject prompt = ConvertHost("""{"id":3,"type":"sub","inputs":[{"name":"latent","link":1}]}""");
        AssertInputs(prompt, "3:1", """{"strength":0.7,"latent":["9",0]}""");
        AssertInputs(prompt, "3:2", """{"seed":5,"sampler":"ddim","denoise":0.4,"note":"none","latent":["3:1",0]}""");
        AssertInputs(prompt, "8", """{"strength":0.5,"latent":["3:2",0]}""");
        Assert.Equal(4, prompt.Count);
    }

    [Theory]
    [InlineData("""{"id":3,"type":"sub","widgets_values":[0.1,99]}""", 0.1, 99)]
    [InlineData("""{"id":3,"type":"sub","widgets_values":[null,99]}""", 0.7, 99)]
    [InlineData("""{"id":3,"type":"sub","widgets_values":[0.1]}""", 0.1, 5)]
    [InlineData("""{"id":3,"type":"sub","widgets_values":[0.1,99,"fixed"]}""", 0.1, 99)]
    [InlineData("""{"id":3,"type":"sub","widgets_values":[99,"fixed",0.1],"properties":{"proxyWidgets":[["2","seed"],["2","control_after_generate"],["1","strength"]]}}""", 0.1, 99)]
    [InlineData("""{"id":3,"type":"sub","widgets_values":[99,null],"properties":{"proxyWidgets":[["-1","seed"],["-1","strength"]]}}""", 0.7, 99)]
    [InlineData("""{"id":3,"type":"sub","widgets_values":[99],"properties":{"proxyWidgets":"[[\"2\",\"12: seed\",\"2\"]]"}}""", 0.7, 99)]
    [InlineData("""{"id":3,"type":"sub","properties":{"proxyWidgets":[["2","seed"]]}}""", 0.7, 5)]
    [InlineData("""{"id":3,"type":"sub","widgets_values":{"seed":99}}""", 0.7, 99)]
    public void TheHostsValueWinsOverTheOneInsideInEveryGenerationOfFiles(string host, double strength, int seed)
    {
        JsonObject prompt = ConvertHost(host);
        Assert.Equal(strength, prompt["3:1"]!["inputs"]!["strength"]!.GetValue<double>());
        Assert.Equal(seed, prompt["3:2"]!["inputs"]!["seed"]!.GetValue<int>());
    }

    [Fact]
    public void AProxiedWidgetWithoutALinkIsSetDirectly()
        => Assert.Equal("euler", ConvertHost(
            """{"id":3,"type":"sub","widgets_values":["euler"],"properties":{"proxyWidgets":[["2","sampler"]]}}""")["3:2"]!["inputs"]!["sampler"]!.GetValue<string>());

    [Fact]
    public void AProxiedWidgetIsAnInputOfTheHostWhichPassesThroughBypassedNodesAndIsNotRolled()
    {
        // The interface links such a widget to a new input of the subgraph's node when it loads the file.
        JsonObject prompt = Convert(Workflow(
            """{"id":3,"type":"s","widgets_values":[77,"{a|b} // c"],"properties":{"proxyWidgets":[["1","value"],["4","text"]]}}""", "",
            """
            "definitions":{"subgraphs":[{"id":"s",
              "nodes":[{"id":1,"type":"Number","mode":4,"widgets_values":[5]},{"id":4,"type":"Text","widgets_values":["x"]},
                       {"id":2,"type":"Sample","widgets_values":[5,"fixed","ddim",0.4],"inputs":[{"name":"seed","widget":{"name":"seed"},"link":1}]}],
              "links":[{"id":1,"origin_id":1,"origin_slot":0,"target_id":2,"target_slot":0}]}]}
            """));
        Assert.Equal(77, prompt["3:2"]!["inputs"]!["seed"]!.GetValue<int>());
        Assert.Equal("{a|b} // c", prompt["3:4"]!["inputs"]!["text"]!.GetValue<string>());
    }

    [Fact]
    public void ALinkFromOutsideWinsOverTheHostsValue()
        => AssertInputs(
            ConvertHost("""{"id":3,"type":"sub","widgets_values":[0.1,99],"inputs":[{"name":"seed","link":3}]}""", "3,7,0,3,2", """{"id":7,"type":"Number"},"""),
            "3:2", """{"seed":["7",0],"sampler":"ddim","denoise":0.4,"note":"none","latent":["3:1",0]}""");

    [Fact]
    public void APrimitiveNodeReachesThePromotedWidget()
        => Assert.Equal(1234, ConvertHost(
            """{"id":3,"type":"sub","inputs":[{"name":"seed","link":3}]}""", "3,7,0,3,2",
            """{"id":7,"type":"PrimitiveNode","widgets_values":[1234,"fixed"]},""")["3:2"]!["inputs"]!["seed"]!.GetValue<int>());

    [Fact]
    public void TwoInstancesKeepTheirValuesApart()
    {
        JsonObject prompt = ConvertHost("""{"id":3,"type":"sub","widgets_values":[0.1,1]},{"id":4,"type":"sub","widgets_values":[0.2,2]}""");
        Assert.Equal(1, prompt["3:2"]!["inputs"]!["seed"]!.GetValue<int>());
        Assert.Equal(2, prompt["4:2"]!["inputs"]!["seed"]!.GetValue<int>());
    }

    [Theory]
    [InlineData(2, """{"strength":0.5}""")]
    [InlineData(4, """{"strength":0.5,"latent":["9",0]}""")]
    public void AMutedOrBypassedHostSendsNothingOfItsInside(int mode, string expected)
    {
        JsonObject prompt = ConvertHost("""{"id":3,"type":"sub","mode":""" + mode + ""","inputs":[{"name":"latent","link":1}]}""");
        Assert.Equal(["8", "9"], prompt.Select(node => node.Key).OrderBy(id => id));
        AssertInputs(prompt, "8", expected);
    }

    [Fact]
    public void SubgraphsNestWithTheirDefinitionsInsideEachOtherAndValuesPassDown()
    {
        const string Outer = """
            {"id":"outer","inputs":[{"name":"latent","type":"LATENT","linkIds":[1]},{"name":"my seed","type":"INT","linkIds":[2]}],
             "outputs":[{"name":"LATENT","type":"LATENT","linkIds":[3]}],
             "nodes":[{"id":6,"type":"sub","widgets_values":[0.3,77],"inputs":[{"name":"latent","link":1},{"name":"seed","link":2}]}],
             "links":[{"id":1,"origin_id":-10,"origin_slot":0,"target_id":6,"target_slot":0},{"id":2,"origin_id":-10,"origin_slot":1,"target_id":6,"target_slot":2},
                      {"id":3,"origin_id":6,"origin_slot":0,"target_id":-20,"target_slot":0}],
             "definitions":{"subgraphs":[
            """;
        string definitions = "\"definitions\":{\"subgraphs\":[" + Outer + Definition + "]}}]}";
        JsonObject inherited = Convert(Workflow(Around + """{"id":3,"type":"outer","inputs":[{"name":"latent","link":1}]}""", "1,9,0,3,0 2,3,0,8,0", definitions));
        AssertInputs(inherited, "3:6:1", """{"strength":0.3,"latent":["9",0]}""");
        Assert.Equal(77, inherited["3:6:2"]!["inputs"]!["seed"]!.GetValue<int>());
        AssertInputs(inherited, "8", """{"strength":0.5,"latent":["3:6:2",0]}""");

        JsonObject overridden = Convert(Workflow(
            Around + """{"id":3,"type":"outer","widgets_values":[88],"inputs":[{"name":"latent","link":1}]}""", "1,9,0,3,0 2,3,0,8,0", definitions));
        Assert.Equal(88, overridden["3:6:2"]!["inputs"]!["seed"]!.GetValue<int>());
    }

    [Fact]
    public void AnInputWiredStraightToAnOutputPassesThrough()
    {
        const string Straight = """
            "definitions":{"subgraphs":[{"id":"s","inputs":[{"name":"a","type":"LATENT","linkIds":[1]}],"outputs":[{"name":"b","type":"LATENT","linkIds":[1]}],
             "nodes":[],"links":[{"id":1,"origin_id":-10,"origin_slot":0,"target_id":-20,"target_slot":0}]}]}
            """;
        AssertInputs(
            Convert(Workflow(Around + """{"id":3,"type":"s","inputs":[{"name":"a","link":1}]}""", "1,9,0,3,0 2,3,0,8,0", Straight)),
            "8", """{"strength":0.5,"latent":["9",0]}""");
    }

    [Theory]
    [InlineData("workflow>Pair")]
    [InlineData("workflow/Pair")]
    public void GroupNodesExpandByIndexAndTakeTheirValuesOneAfterAnother(string type)
    {
        const string Group = """
            "extra":{"groupNodes":{"Pair":{
              "nodes":[{"type":"Filter","widgets_values":[0.7],"inputs":[{"name":"latent","type":"LATENT","link":null},{"name":"model","type":"MODEL","link":null}],"outputs":[{"name":"LATENT"}]},
                       {"type":"Sample","widgets_values":[1,"fixed","euler",1.0,"n"],"inputs":[{"name":"model","type":"MODEL","link":null},{"name":"latent","type":"LATENT","link":null}],"outputs":[{"name":"LATENT"}]}],
              "links":[[0,0,1,1,5,"LATENT"],[null,0,0,0,6,"LATENT"]],"external":[]}}}
            """;
        JsonObject prompt = Convert(Workflow(
            Around + "{\"id\":3,\"type\":\"" + type + "\"," + """
            "widgets_values":[0.2,31,"randomize","ddim",0.9,"mine"],"inputs":[{"name":"latent","link":1},{"name":"model","link":null},{"name":"Sample model","link":3}]},
            {"id":4,"type":"Load"}
            """, "1,9,0,3,0 2,3,0,8,0 3,4,0,3,2", Group));
        AssertInputs(prompt, "3:0", """{"strength":0.2,"latent":["9",0]}""");
        AssertInputs(prompt, "3:1", """{"seed":31,"sampler":"ddim","denoise":0.9,"note":"mine","latent":["3:0",0],"model":["4",0]}""");
        AssertInputs(prompt, "8", """{"strength":0.5,"latent":["3:1",0]}""");
    }
}
