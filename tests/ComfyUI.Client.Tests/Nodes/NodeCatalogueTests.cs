using System;
using System.IO;
using System.Linq;
using System.Text;
using Xunit;

namespace ComfyUI.Client.Tests;

public class NodeCatalogueTests
{
    private static readonly ComfyUINodeCatalogue Catalogue = Parse("""
        {
          "Old": {
            "input": {
              "required": {
                "b": ["INT", { "default": 20, "min": 1, "max": 18446744073709551615, "step": 2, "tooltip": "How many" }],
                "a": [["x", 2, true, "y"], { "default": "y", "image_upload": true }],
                "bare": "IMAGE", "broken": 5, "none": [], "t": ["STRING", { "multiline": true, "dynamicPrompts": true }] },
              "optional": { "o": ["FLOAT", { "default": NaN, "max": Infinity, "forceInput": true }] },
              "hidden": { "p": "PROMPT", "q": ["UNIQUE_ID"] } },
            "input_order": { "required": ["a", "b", "ghost"], "optional": ["o"] },
            "output": ["IMAGE", ["x", "y"]], "output_is_list": [false, true], "output_name": ["picture"], "output_tooltips": ["A picture", null],
            "name": "Old", "display_name": "Old Node", "description": "Does it", "category": "a/b", "python_module": "custom_nodes.pack",
            "output_node": true, "deprecated": true, "search_aliases": ["ancient"] },
          "New": {
            "input": { "required": {
              "c": ["COMBO", { "options": ["m", "n"], "multiselect": false, "control_after_generate": true }],
              "seed": ["INT", { "control_after_generate": null }],
              "r": ["COMBO", { "remote": { "route": "/internal/files/output" }, "video_upload": true }],
              "d": ["COMFY_DYNAMICCOMBO_V3", { "options": [{ "key": "k1", "inputs": { "required": { "n": ["INT", {}] } } }, { "key": "k2", "inputs": null }] }] } },
            "output": null, "display_name": null, "description": null, "deprecated": false, "experimental": true, "api_node": true, "search_aliases": null,
            "price_badge": null },
          "Nonsense": 5
        }
        """);

    [Fact]
    public void OldNodesAreReadWhole()
    {
        ComfyUINodeDefinition node = Catalogue.Find("Old")!;
        Assert.Equal(
            ("Old", "Old Node", "Does it", "a/b", "custom_nodes.pack", true, true, false, false),
            (node.Name, node.DisplayName, node.Description, node.Category, node.PythonModule, node.IsOutputNode, node.IsDeprecated, node.IsExperimental, node.IsApiNode));
        Assert.Equal(["ancient"], node.SearchAliases);
        Assert.Equal(["a", "b", "bare", "broken", "none", "t", "o", "p", "q"], node.Inputs.Select(input => input.Name));
        Assert.Equal(["COMBO", "INT", "IMAGE", "*", "*", "STRING", "FLOAT", "PROMPT", "UNIQUE_ID"], node.Inputs.Select(input => input.Type));
        Assert.Equal(ComfyUIInputSection.Hidden, node.FindInput("p")!.Section);

        ComfyUIInputDefinition choice = node.FindInput("a")!;
        Assert.Equal(["x", 2L, true, "y"], choice.Choices);
        Assert.Equal(("y", "image"), (choice.Default, choice.UploadKind));

        ComfyUIInputDefinition number = node.FindInput("b")!;
        Assert.Equal((20L, 1m, 18446744073709551615m, 2m, "How many"), (number.Default, number.Minimum, number.Maximum, number.Step, number.Tooltip));
        Assert.Equal("""{ "default": 20, "min": 1, "max": 18446744073709551615, "step": 2, "tooltip": "How many" }""", number.Options.GetRawText());

        ComfyUIInputDefinition optional = node.FindInput("o")!;
        Assert.Equal((double.NaN, null, true, ComfyUIInputSection.Optional), (optional.Default, optional.Maximum, optional.ForceInput, optional.Section));
        Assert.True(node.FindInput("t")!.IsMultiline && node.FindInput("t")!.DynamicPrompts);

        Assert.Equal(["picture", "COMBO"], node.Outputs.Select(output => output.Name));
        Assert.Equal([("IMAGE", false, "A picture"), ("COMBO", true, null)], node.Outputs.Select(output => (output.Type, output.IsList, output.Tooltip)));
    }

    [Fact]
    public void NewNodesMayHaveNullEverywhere()
    {
        ComfyUINodeDefinition node = Catalogue.Find("New")!;
        Assert.Equal(("New", string.Empty, true, true), (node.DisplayName, node.Description, node.IsExperimental, node.IsApiNode));
        Assert.Empty(node.Outputs);
        Assert.Empty(node.SearchAliases);
        Assert.Equal(["m", "n"], node.FindInput("c")!.Choices);
        Assert.True(node.FindInput("c")!.ControlAfterGenerate && !node.FindInput("c")!.IsMultiSelect);
        Assert.True(node.FindInput("seed")!.ControlAfterGenerate);
        Assert.Equal(("/internal/files/output", "video"), (node.FindInput("r")!.RemoteRoute, node.FindInput("r")!.UploadKind));
        Assert.Equal(["k1", "k2"], node.FindInput("d")!.Choices);
        Assert.Equal("n", Assert.Single(node.FindInput("d")!.DynamicOptions[0].Inputs).Name);
    }

    [Fact]
    public void TheCatalogueListsItsClassesInOrder()
    {
        Assert.Equal(2, Catalogue.Count);
        Assert.Equal(["Old", "New"], Catalogue.Names);
        Assert.Equal(["Old", "New"], Catalogue.Select(node => node.Name));
        Assert.False(Catalogue.Contains("Nonsense"));
        Assert.Null(Catalogue.Find("old"));
        Assert.Same(Catalogue.Find("Old"), Catalogue.Find("Old"));
    }

    [Fact]
    public void StreamsFilesAndByteOrderMarksAreRead()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("""{"É/ 1":{"output":["A"]}}""")];
        using var stream = new MemoryStream(bytes);
        Assert.True(ComfyUINodeCatalogue.Load(stream).Contains("É/ 1"));
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            Assert.Equal("A", ComfyUINodeCatalogue.LoadFile(path).Find("É/ 1")!.Outputs[0].Type);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"A":{}""")]
    [InlineData("""{"A":{}} x""")]
    public void WhatIsNoCatalogueIsRefused(string json)
        => Assert.Equal(ComfyUIErrorId.InvalidResponse, Assert.Throws<ComfyUIProtocolException>(() => Parse(json)).ErrorId);

    private static ComfyUINodeCatalogue Parse(string json) => ComfyUINodeCatalogue.Parse(Encoding.UTF8.GetBytes(json));
}
