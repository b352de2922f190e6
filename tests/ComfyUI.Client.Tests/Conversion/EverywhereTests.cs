using System.Text.Json.Nodes;
using Xunit;
using static ComfyUI.Client.Tests.Example;

namespace ComfyUI.Client.Tests;

/// <summary>Workflows whose links "Anything Everywhere" adds in the browser. The server of these tests does not have that pack.</summary>
public class EverywhereTests
{
    private const string Nodes = """
        {"id":1,"type":"Load","outputs":[{"name":"MODEL","type":"MODEL"}]},{"id":2,"type":"Anything Everywhere","inputs":[{"name":"MODEL","type":"MODEL","link":1}]},
        {"id":3,"type":"Filter","inputs":[{"name":"latent","type":"LATENT"},{"name":"model","type":"MODEL"}]}
        """;

    [Fact]
    public void InputsGetTheLinksThatTheFileHasRecorded()
    {
        ConversionResult result = ConvertResult(Workflow(Nodes, "1,1,0,2,0", Recorded("""{"downstream":3,"downstream_slot":1,"upstream":"1","upstream_slot":0,"controller":2,"type":"MODEL"}""")));
        AssertInputs(result.Prompt, "3", """{"strength":0.5,"model":["1",0]}""");
        Assert.False(result.Prompt.ContainsKey("2"));
        Assert.Empty(result.Warnings);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("4")]
    public void ASenderThatIsMutedOrBypassedSendsNothing(string mode)
        => AssertInputs(
            Convert(Workflow(
                Nodes.Replace("\"Anything Everywhere\"", "\"Anything Everywhere\",\"mode\":" + mode), "1,1,0,2,0",
                Recorded("""{"downstream":3,"downstream_slot":1,"upstream":"1","upstream_slot":0,"controller":2}"""))),
            "3", """{"strength":0.5}""");

    [Fact]
    public void AnInputThatIsLinkedKeepsItsLink()
        => AssertInputs(
            Convert(Workflow(
                Nodes.Replace("\"name\":\"model\",\"type\":\"MODEL\"", "\"name\":\"model\",\"type\":\"MODEL\",\"link\":7") + ",{\"id\":5,\"type\":\"Load\"}",
                "1,1,0,2,0 7,5,0,3,1", Recorded("""{"downstream":3,"downstream_slot":1,"upstream":"1","upstream_slot":0,"controller":2}"""))),
            "3", """{"strength":0.5,"model":["5",0]}""");

    [Fact]
    public void AFileThatRecordsNothingIsWarnedOf()
        => Assert.Contains("does not say which inputs it feeds", Assert.Single(ConvertResult(Workflow(Nodes, "1,1,0,2,0")).Warnings).Message);

    [Fact]
    public void WidgetsTakeTheNumberOfSeedEverywhere()
        => AssertInputs(
            Convert(Workflow(
                """
                {"id":1,"type":"Seed Everywhere","widgets_values":[77,"randomize"],"outputs":[{"name":"int","type":"INT"}]},
                {"id":2,"type":"OldSeed","widgets_values":[1,"fixed",20],"inputs":[{"name":"noise_seed","type":"INT","widget":{"name":"noise_seed"}}]}
                """, "", Recorded("""{"downstream":2,"downstream_slot":0,"upstream":"1","upstream_slot":0,"controller":1}"""))),
            "2", """{"noise_seed":77,"steps":20}""");

    [Fact]
    public void LinksAreRecordedForEachSubgraph()
    {
        JsonObject prompt = Convert(Workflow(
            """{"id":1,"type":"Load"},{"id":9,"type":"s","inputs":[{"name":"model","type":"MODEL","link":1}]},{"id":10,"type":"Filter","inputs":[{"name":"latent","link":2}]}""",
            "1,1,0,9,0 2,9,0,10,0",
            """
            "definitions":{"subgraphs":[{"id":"s","inputs":[{"name":"model","type":"MODEL","linkIds":[5]}],"outputs":[{"name":"LATENT","type":"LATENT","linkIds":[]}],
              "nodes":[{"id":2,"type":"Anything Everywhere","inputs":[{"name":"m","link":5},{"name":"l","link":6}]},{"id":3,"type":"Filter","inputs":[{"name":"model","type":"MODEL"}]}],
              "links":[{"id":5,"origin_id":-10,"origin_slot":0,"target_id":2,"target_slot":0},{"id":6,"origin_id":3,"origin_slot":0,"target_id":2,"target_slot":1}],
              "extra":{"ue_links":[{"downstream":3,"downstream_slot":0,"upstream":"-10","upstream_slot":0,"controller":2},
                                   {"downstream":-20,"downstream_slot":0,"upstream":"3","upstream_slot":0,"controller":2}]}}]}
            """));
        AssertInputs(prompt, "9:3", """{"strength":0.5,"model":["1",0]}""");
        AssertInputs(prompt, "10", """{"strength":0.5,"latent":["9:3",0]}""");
    }

    [Fact]
    public void GarbageAmongTheRecordedLinksIsPassedOver()
        => AssertInputs(
            Convert(Workflow(Nodes, "1,1,0,2,0", Recorded("""null,5,{},{"controller":2},{"controller":2,"upstream":1,"downstream":3,"downstream_slot":-4},{"controller":2,"upstream":1,"downstream":99,"downstream_slot":1e9}"""))),
            "3", """{"strength":0.5}""");

    [Fact]
    public void ARecordedLinkCanBeRemovedAndReplaced()
    {
        var workflow = ComfyUIWorkflow.Parse(Workflow(
            Nodes + ",{\"id\":5,\"type\":\"Load\"}", "1,1,0,2,0", Recorded("""{"downstream":3,"downstream_slot":1,"upstream":"1","upstream_slot":0,"controller":2}""")));
        ComfyUIWorkflow open = WorkflowEditor.Apply(workflow, [new UnlinkEdit("3.model")], Catalogue, check: true);
        AssertInputs(WorkflowConverter.Convert(open.Document, Catalogue).Prompt, "3", """{"strength":0.5}""");
        ComfyUIWorkflow other = WorkflowEditor.Apply(workflow, [new LinkEdit("3.model", "5.0")], Catalogue, check: true);
        AssertInputs(WorkflowConverter.Convert(other.Document, Catalogue).Prompt, "3", """{"strength":0.5,"model":["5",0]}""");
    }

    private static string Recorded(string links) => "\"extra\":{\"ue_links\":[" + links + "]}";
}
