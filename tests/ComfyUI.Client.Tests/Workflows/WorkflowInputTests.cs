using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests.Workflows;

/// <summary>Inputs are set by the names people use; what is unknown or ambiguous says what there is.</summary>
public sealed class WorkflowInputTests
{
    private static readonly ComfyUIWorkflow Workflow = ComfyUIWorkflow.Parse("""
        {
          "6": { "class_type": "CLIPTextEncode", "inputs": { "text": "a", "clip": ["4", 1] }, "_meta": { "title": "Positive" } },
          "7": { "class_type": "CLIPTextEncode", "inputs": { "text": "b", "clip": ["4", 1] }, "_meta": { "title": "Negative" } },
          "3": { "class_type": "KSampler", "inputs": { "seed": 1, "steps": 20, "model.seed": 5 } },
          "12:3": { "class_type": "Inner", "inputs": { "text": "c", "noise_seed": 2 }, "_meta": { "title": "a.b" } },
          "12": { "class_type": "Outer", "inputs": { "3.text": "d", "seed": ["3", 0] }, "_meta": { "title": "KSampler" } },
          "20": { "class_type": "positive", "inputs": { "Text": "e" }, "_meta": { "title": "Same" } },
          "21": { "class_type": "Other", "inputs": { "x": 1 }, "_meta": { "title": "Same" } }
        }
        """, "w.json");

    [Theory]
    [InlineData("6.text", "6", "text")]
    [InlineData("Positive.text", "6", "text")]
    [InlineData("positive.text", "6", "text")]
    [InlineData("negative.TEXT", "7", "text")]
    [InlineData("3.model.seed", "3", "model.seed")]
    [InlineData("12:3.text", "12:3", "text")]
    [InlineData("12.3.text", "12", "3.text")]
    [InlineData("a.b.text", "12:3", "text")]
    [InlineData("KSampler.seed", "12", "seed")]
    [InlineData("Inner.noise_seed", "12:3", "noise_seed")]
    [InlineData("20.text", "20", "Text")]
    public void The_longest_node_that_matches_by_id_then_title_then_class_is_meant(string name, string node, string input)
    {
        ComfyUIWorkflow changed = Set(name, JsonValue.Create("new"));

        Assert.Equal("new", (string?)changed.Document[node]!["inputs"]![input]);
        Assert.Equal(Workflow.ToJson().Split('\n').Length, changed.ToJson().Split('\n').Length + (Workflow.Document[node]!["inputs"]![input] is JsonArray ? 3 : 0));
    }

    [Theory]
    [InlineData("CLIPTextEncode.text", "ambiguous", "6.text, 7.text")]
    [InlineData("Same.x", "ambiguous", "20.x, 21.x")]
    [InlineData("99.text", "No node", "6 (Positive), 7 (Negative), 3 (KSampler)")]
    [InlineData("6.txt", "has no input 'txt'", "6.text, 6.clip")]
    [InlineData("Negative.nothing", "has no input 'nothing'", "Negative.text, Negative.clip")]
    [InlineData("6", "names a node but no input", "6.text, 6.clip")]
    [InlineData("text", "No node", "6 (Positive)")]
    [InlineData(".text", "No node", "6 (Positive)")]
    [InlineData("6.", "has no input ''", "6.text")]
    [InlineData("", "No node", "6 (Positive)")]
    public void What_is_unknown_or_ambiguous_lists_what_there_is(string name, string reason, string candidates)
    {
        var error = Assert.Throws<ComfyUIValidationException>(() => Set(name, null));

        Assert.Equal(ComfyUIErrorId.UnknownWorkflowInput, error.ErrorId);
        Assert.Contains(reason, error.Message);
        Assert.Contains(candidates, error.Message);
        Assert.NotEmpty(error.RecommendedAction);
    }

    [Fact]
    public void The_workflow_that_is_edited_stays_as_it_was()
    {
        string before = Workflow.ToJson();

        ComfyUIWorkflow changed = Set("6.text", JsonValue.Create("new")).WithSeed(7);

        Assert.Equal(before, Workflow.ToJson());
        Assert.NotEqual(before, changed.ToJson());
        Assert.Equal("w.json", changed.Source);
    }

    [Theory]
    [InlineData("""["3",0]""", """["3",0]""")]
    [InlineData("""["12:3",1]""", """["12:3",1]""")]
    [InlineData("""["99",0]""", """{"__value__":["99",0]}""")]
    [InlineData("""["3",-1]""", """{"__value__":["3",-1]}""")]
    [InlineData("""["3",0.5]""", """{"__value__":["3",0.5]}""")]
    [InlineData("""["3"]""", """{"__value__":["3"]}""")]
    [InlineData("""[3,0]""", """{"__value__":[3,0]}""")]
    [InlineData("""[1,2,3]""", """{"__value__":[1,2,3]}""")]
    [InlineData("""[]""", """{"__value__":[]}""")]
    [InlineData("""{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("null", "null")]
    public void A_list_of_values_is_wrapped_and_a_link_is_not(string json, string expected)
        => Assert.Equal(expected, JsonText.Write(Set("6.text", JsonText.Parse(json)).Document["6"]!["inputs"]!["text"]));

    [Fact]
    public void Values_that_a_program_makes_keep_value_and_kind()
    {
        (JsonNode? Value, string Expected)[] all =
        [
            (JsonValue.Create(5), "5"),
            (JsonValue.Create(ulong.MaxValue), "18446744073709551615"),
            (JsonValue.Create(long.MinValue), "-9223372036854775808"),
            (JsonValue.Create(1.0), "1.0"),
            (JsonValue.Create(0.1f), "0.1"),
            (JsonValue.Create(1.50m), "1.50"),
            (JsonValue.Create((byte)3), "3"),
            (JsonValue.Create(double.NaN), "NaN"),
            (JsonValue.Create(true), "true"),
            (JsonValue.Create('x'), "\"x\""),
            (JsonValue.Create(new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc)), "\"2026-01-02T00:00:00Z\""),
            (JsonNode.Parse("1.0"), "1.0"),
            (JsonNumber.TryCreate(BigInteger.Pow(2, 70)), "1180591620717411303424"),
            (new JsonArray("3", 0), "[\"3\",0]"),
            (new JsonObject { ["a"] = 1 }, "{\"a\":1}"),
        ];

        Assert.All(all, item => Assert.Contains($"\"text\":{item.Expected}", Set("6.text", item.Value).ToJson(indented: false)));
    }

    [Fact]
    public void The_seed_goes_into_every_seed_that_is_not_linked()
    {
        JsonObject document = Workflow.WithSeed(ulong.MaxValue).Document;

        Assert.Equal("18446744073709551615", JsonText.Write(document["3"]!["inputs"]!["seed"]));
        Assert.Equal("18446744073709551615", JsonText.Write(document["12:3"]!["inputs"]!["noise_seed"]));
        Assert.Equal("[\"3\",0]", JsonText.Write(document["12"]!["inputs"]!["seed"]));
        Assert.Equal("5", JsonText.Write(document["3"]!["inputs"]!["model.seed"]));
    }

    [Fact]
    public void A_workflow_without_a_seed_says_so()
    {
        var error = Assert.Throws<ComfyUIValidationException>(() => Graphs.Picture(1).WithSeed(1));

        Assert.Equal(ComfyUIErrorId.UnknownWorkflowInput, error.ErrorId);
        Assert.Contains("picture.json", error.Message);
    }

    [Fact]
    public void A_long_list_of_candidates_is_shortened()
    {
        string nodes = string.Join(",", Enumerable.Range(0, 100).Select(i => $$"""
            "{{i}}": { "class_type": "A", "inputs": {} }
            """));

        var error = Assert.Throws<ComfyUIValidationException>(() => ComfyUIWorkflow.Parse($"{{{nodes}}}").WithInputs([new KeyValuePair<string, JsonNode?>("x.y", null)]));

        Assert.Contains("and 70 more", error.Message);
    }

    private static ComfyUIWorkflow Set(string name, JsonNode? value) => Workflow.WithInputs([new KeyValuePair<string, JsonNode?>(name, value)]);
}
