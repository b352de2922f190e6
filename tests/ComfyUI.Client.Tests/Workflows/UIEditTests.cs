using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>What editing does to a UI document: values, links and modes end up where the browser looks for them.</summary>
public class UIEditTests
{
    private const string Chain = """
        { "id": 1, "type": "Load", "outputs": [{ "name": "MODEL", "type": "MODEL", "links": [1] }], "widgets_values": ["a.safetensors"] },
        { "id": 3, "type": "Sample", "title": "My sampler", "inputs": [{ "name": "model", "type": "MODEL", "link": 1 }, { "name": "latent", "type": "LATENT", "link": null }],
          "outputs": [{ "name": "LATENT", "type": "LATENT", "links": [2] }], "widgets_values": [5, "randomize", "euler", 1, "note"] },
        { "id": 4, "type": "Filter", "inputs": [{ "name": "latent", "type": "LATENT", "link": 2 }], "outputs": [{ "name": "LATENT", "type": "LATENT", "links": [] }], "widgets_values": [0.5] }
        """;

    private const string ChainLinks = "1,1,0,3,0 2,3,0,4,0";

    [Fact]
    public void AValueGoesIntoItsSlotAndTheInputDocumentStaysAsItIs()
    {
        ComfyUIWorkflow before = ComfyUIWorkflow.Parse(Example.Workflow(Chain, ChainLinks));
        string text = before.ToJson();
        ComfyUIWorkflow after = Set(before, "My sampler.seed", "18446744073709551615");

        Assert.Equal(ComfyUIWorkflowFormat.UI, after.Format);
        Assert.Equal("[18446744073709551615,\"randomize\",\"euler\",1,\"note\"]", JsonText.Write(Node(after, 3)["widgets_values"]));
        Assert.Equal(text, before.ToJson());
        Assert.Equal("18446744073709551615", JsonText.Write(Prompt(after)["3"]!["inputs"]!["seed"]));
    }

    [Theory]
    [InlineData("""{"id":1,"type":"Sample","widgets_values":{"seed":1,"sampler":"euler"}}""", """{"seed":1,"sampler":"ddim"}""")]
    [InlineData("""{"id":1,"type":"Sample","widgets_values":[1]}""", """[1,"randomize","ddim"]""")]
    [InlineData("""{"id":1,"type":"Sample"}""", """[7,"randomize","ddim"]""")]
    [InlineData("""{"id":1,"type":"Sample","widgets_values":[1,"fixed","euler",1,"n"],"widgets_values_named":{"seed":1,"sampler":"euler"}}""", """[1,"fixed","ddim",1,"n"]""")]
    public void EveryWayOfKeepingValuesIsWritten(string node, string expected)
    {
        ComfyUIWorkflow after = Set(ComfyUIWorkflow.Parse(Example.Workflow(node)), "1.sampler", "\"ddim\"");

        Assert.Equal(expected, JsonText.Write(Node(after, 1)["widgets_values"]));
        Assert.Equal("ddim", (string?)Prompt(after)["1"]!["inputs"]!["sampler"]);
        Assert.True(Node(after, 1)["widgets_values_named"] is not JsonObject named || (string?)named["sampler"] == "ddim");
    }

    [Fact]
    public void APrimitiveNodeKeepsTheValueOfAllItFeeds()
    {
        ComfyUIWorkflow before = ComfyUIWorkflow.Parse(Example.Workflow(
            """
            { "id": 1, "type": "PrimitiveNode", "outputs": [{ "name": "INT", "type": "INT", "links": [1, 2], "widget": { "name": "value" } }], "widgets_values": [5, "fixed"] },
            { "id": 2, "type": "Number", "inputs": [{ "name": "value", "type": "INT", "link": 1, "widget": { "name": "value" } }], "widgets_values": [0] },
            { "id": 3, "type": "Number", "inputs": [{ "name": "value", "type": "INT", "link": 2, "widget": { "name": "value" } }], "widgets_values": [0] }
            """,
            "1,1,0,2,0 2,1,0,3,0"));
        ComfyUIWorkflow after = Set(before, "2.value", "9");

        Assert.Equal("[9,\"fixed\"]", JsonText.Write(Node(after, 1)["widgets_values"]));
        Assert.Equal("9 9", $"{Prompt(after)["2"]!["inputs"]!["value"]} {Prompt(after)["3"]!["inputs"]!["value"]}");
        Assert.Equal("[8,\"fixed\"]", JsonText.Write(Node(Set(before, "PrimitiveNode.value", "8"), 1)["widgets_values"]));

        var error = Assert.Throws<ComfyUIValidationException>(() => before.WithInputs(
            [KeyValuePair.Create("2.value", (JsonNode?)JsonValue.Create(1)), KeyValuePair.Create("3.value", (JsonNode?)JsonValue.Create(2))], Example.Catalogue));
        Assert.Equal(ComfyUIErrorId.WorkflowNotEditable, error.ErrorId);
        Assert.Contains("share one value", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneOfTwoUsesOfASubgraphGetsACopyOfItsOwn()
    {
        ComfyUIWorkflow before = ComfyUIWorkflow.Parse(Subgraph(
            """{ "id": 9, "type": "SUB" }, { "id": 10, "type": "SUB" }""", """{ "id": 5, "type": "Number", "widgets_values": [1] }"""));
        ComfyUIWorkflow after = Set(before, "10:5.value", "2");

        Assert.Equal("1 2", $"{Prompt(after)["9:5"]!["inputs"]!["value"]} {Prompt(after)["10:5"]!["inputs"]!["value"]}");
        Assert.Equal(2, ((JsonArray)after.Document["definitions"]!["subgraphs"]!).Count);
    }

    [Theory]
    [InlineData("""{"id":9,"type":"SUB","widgets_values":[3]}""", "[2]")]
    [InlineData("""{"id":9,"type":"SUB","widgets_values":[null]}""", "[null]")]
    [InlineData("""{"id":9,"type":"SUB","properties":{"proxyWidgets":[["5","value"]]},"widgets_values":[4]}""", "[2]")]
    [InlineData("""{"id":9,"type":"SUB","properties":{"proxyWidgets":[["5","value"]]},"widgets_values":[]}""", "[]")]
    [InlineData("""{"id":9,"type":"SUB","widgets_values":[3]},{"id":10,"type":"SUB"}""", "[2]")]
    [InlineData("""{"id":9,"type":"SUB"},{"id":10,"type":"SUB"}""", "[2]")]
    public void APromotedWidgetIsSetWhereItsValueIsKept(string hosts, string expected)
    {
        ComfyUIWorkflow before = ComfyUIWorkflow.Parse(Subgraph(
            hosts,
            """{ "id": 5, "type": "Number", "inputs": [{ "name": "value", "type": "INT", "link": 1, "widget": { "name": "value" } }], "widgets_values": [1] }""",
            """[{ "id": "x", "name": "amount", "type": "INT", "linkIds": [1] }]""",
            """[{ "id": 1, "origin_id": -10, "origin_slot": 0, "target_id": 5, "target_slot": 0, "type": "INT" }]"""));
        foreach (string name in new[] { "9:5.value", "9.amount" })
        {
            ComfyUIWorkflow after = Set(before, name, "2");
            Assert.Equal("2", Prompt(after)["9:5"]!["inputs"]!["value"]!.ToString());
            Assert.Equal(expected, JsonText.Write(Node(after, 9)["widgets_values"]));
            Assert.Equal(Prompt(before)["10:5"]?["inputs"]!["value"]!.ToString(), Prompt(after)["10:5"]?["inputs"]!["value"]!.ToString());
        }
    }

    [Fact]
    public void AValueInPlaceOfALinkRemovesTheLinkEverywhere()
    {
        ComfyUIWorkflow before = ComfyUIWorkflow.Parse(Example.Workflow(
            """
            { "id": 1, "type": "Number", "outputs": [{ "name": "INT", "type": "INT", "links": [1] }], "widgets_values": [5] },
            { "id": 2, "type": "OldSeed", "inputs": [{ "name": "steps", "type": "INT", "link": 1, "widget": { "name": "steps" } }], "widgets_values": [1, "fixed", 20] }
            """,
            "1,1,0,2,0"));
        ComfyUIWorkflow after = Set(before, "2.steps", "30");

        Assert.Equal("30", Prompt(after)["2"]!["inputs"]!["steps"]!.ToString());
        Assert.Empty((JsonArray)after.Document["links"]!);
        Assert.Empty((JsonArray)Node(after, 1)["outputs"]![0]!["links"]!);
    }

    [Theory]
    [InlineData("0.4")]
    [InlineData("1")]
    public void LinksAreAddedAndRemovedInBothFormsOfFiles(string version)
    {
        string json = Example.Workflow(Chain, ChainLinks);
        if (version == "1")
        {
            var document = (JsonObject)JsonText.Parse(json)!;
            document["version"] = JsonText.Parse("1");
            document["state"] = JsonText.Parse("""{ "lastLinkId": 7 }""");
            document["links"] = JsonText.Parse("""[{"id":1,"origin_id":1,"origin_slot":0,"target_id":3,"target_slot":0,"type":"MODEL"},{"id":2,"origin_id":3,"origin_slot":0,"target_id":4,"target_slot":0,"type":"LATENT"}]""");
            json = JsonText.Write(document);
        }

        ComfyUIWorkflow linked = Apply(ComfyUIWorkflow.Parse(json), new LinkEdit("4.model", "Load.MODEL"));
        Assert.Equal("[\"1\",0]", JsonText.Write(Prompt(linked)["4"]!["inputs"]!["model"]));
        var link = (JsonNode)((JsonArray)linked.Document["links"]!)[2]!;
        Assert.Equal(version == "1" ? """{"id":8,"origin_id":1,"origin_slot":0,"target_id":4,"target_slot":1,"type":"MODEL"}""" : """[3,1,0,4,1,"MODEL"]""", JsonText.Write(link));

        ComfyUIWorkflow open = Apply(linked, new UnlinkEdit("4.latent"));
        Assert.False(((JsonObject)Prompt(open)["4"]!["inputs"]!).ContainsKey("latent"));
        Assert.Equal(2, ((JsonArray)open.Document["links"]!).Count);
    }

    [Fact]
    public void NodesAreBypassedMutedAndEnabledInBothFormats()
    {
        ComfyUIWorkflow ui = ComfyUIWorkflow.Parse(Example.Workflow(
            Chain + """, { "id": 5, "type": "Filter", "inputs": [{ "name": "latent", "type": "LATENT", "link": 3 }], "widgets_values": [0.1] }""", ChainLinks + " 3,4,0,5,0"));
        ComfyUIWorkflow bypassed = Apply(ui, new ModeEdit("4", ComfyUINodeMode.Bypassed));
        Assert.Equal("[\"3\",0]", JsonText.Write(Prompt(bypassed)["5"]!["inputs"]!["latent"]));
        Assert.Equal("[\"4\",0]", JsonText.Write(Prompt(Apply(bypassed, new ModeEdit("4", ComfyUINodeMode.Enabled)))["5"]!["inputs"]!["latent"]));

        ComfyUIWorkflow prompt = WorkflowOperations.Convert(ui, Example.Catalogue);
        foreach (ComfyUINodeMode mode in new[] { ComfyUINodeMode.Bypassed, ComfyUINodeMode.Muted })
        {
            ComfyUIWorkflow edited = Apply(prompt, new ModeEdit("4", mode));
            Assert.True(JsonEquality.AreEqual(Prompt(Apply(ui, new ModeEdit("4", mode))), edited.Document));
            Assert.Equal((int)mode, (int)Node(edited, 4)["mode"]!.GetValue<System.Text.Json.JsonElement>().GetInt32());
        }
    }

    [Fact]
    public void TheUIDocumentOfAPromptIsEditedWithItOrLeftBehind()
    {
        ComfyUIWorkflow prompt = WorkflowOperations.Convert(ComfyUIWorkflow.Parse(Example.Workflow(Chain, ChainLinks)), Example.Catalogue);

        ComfyUIWorkflow edited = prompt.WithSeed(99, Example.Catalogue);
        Assert.Equal("99", JsonText.Write(Node(edited, 3)["widgets_values"]![0]));
        Assert.Null(prompt.WithSeed(99).UIDocument);

        // A link that the document cannot say, into another level, or a value where it takes none.
        Assert.Null(Apply(prompt, new ValueEdit("4.latent", JsonValue.Create("x"))).UIDocument);
    }

    [Fact]
    public void ATextTheBrowserWouldRollIsNotSaidByTheUIDocument()
    {
        ComfyUIWorkflow prompt = WorkflowOperations.Convert(ComfyUIWorkflow.Parse(Example.Workflow("""{"id":1,"type":"Text","widgets_values":["a"]}""")), Example.Catalogue);

        Assert.NotNull(Set(prompt, "1.text", "\"b\"").UIDocument);
        Assert.Null(Set(prompt, "1.text", "\"{b|c}\"").UIDocument);
    }

    [Theory]
    [InlineData("3.sampler", "\"eulr\"", "Did you mean 'euler'?")]
    [InlineData("3.seed", "\"many\"", "whole number")]
    [InlineData("3.model", "\"x\"", "takes no value but a link")]
    [InlineData("1.ckpt", "\"sub\\\\A.safetensors\"", "Did you mean 'a.safetensors'?")]
    public void WrongValuesAreRefusedWithTheNearestRightOne(string name, string value, string expected)
    {
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse(Example.Workflow(Chain, ChainLinks));
        var error = Assert.Throws<ComfyUIValidationException>(() => Apply(workflow, new ValueEdit(name, JsonText.Parse(value))));

        Assert.Equal(ComfyUIErrorId.InvalidInputValue, error.ErrorId);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TextsThatSayNumbersBecomeNumbers()
    {
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse(Example.Workflow(Chain, ChainLinks));

        Assert.Equal("42", JsonText.Write(Prompt(Set(workflow, "3.seed", "\"42\""))["3"]!["inputs"]!["seed"]));
        Assert.Equal("0.25", JsonText.Write(Prompt(Set(workflow, "4.strength", "\"0.25\""))["4"]!["inputs"]!["strength"]));
    }

    private static ComfyUIWorkflow Set(ComfyUIWorkflow workflow, string name, string value)
        => workflow.WithInputs([KeyValuePair.Create(name, JsonText.Parse(value))], Example.Catalogue);

    private static ComfyUIWorkflow Apply(ComfyUIWorkflow workflow, WorkflowEdit edit)
        => WorkflowEditor.Apply(workflow, [edit], Example.Catalogue, check: workflow.Format == ComfyUIWorkflowFormat.UI);

    private static JsonObject Prompt(ComfyUIWorkflow workflow) => WorkflowOperations.Convert(workflow, Example.Catalogue).Document;

    private static JsonObject Node(ComfyUIWorkflow workflow, int id)
        => (JsonObject)((JsonArray)workflow.UIDocument!["nodes"]!).Single(node => node!["id"]!.ToString() == id.ToString(System.Globalization.CultureInfo.InvariantCulture))!;

    private static string Subgraph(string hosts, string inside, string inputs = "[]", string links = "[]") => $$"""
        { "version": 0.4, "nodes": [{{hosts.Replace("SUB", "11111111-0000-4000-8000-000000000000", StringComparison.Ordinal)}}], "links": [],
          "definitions": { "subgraphs": [{ "id": "11111111-0000-4000-8000-000000000000", "name": "Inner", "inputs": {{inputs}}, "outputs": [], "nodes": [{{inside}}], "links": {{links}} }] } }
        """;
}
