using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>What the interface changes in a workflow when it loads it, and what it makes of values that need a form of their own.</summary>
public class LoadingRuleTests
{
    private static readonly ComfyUINodeCatalogue Catalogue = ComfyUINodeCatalogue.Parse(Encoding.UTF8.GetBytes("""
    {
      "KSampler": { "input": { "required": { "sampler_name": [["euler", "ddim"]], "steps": ["INT", { "min": 1, "max": 100 }] } }, "output": [] },
      "Other": { "input": { "required": { "sampler_name": [["euler"]] } }, "output": [] },
      "ControlNetLoader": { "input": { "required": { "name": ["STRING", {}] } }, "output": [] },
      "SVD_img2vid_Conditioning": { "input": { "required": { "fps": ["INT", {}] } }, "output": [] },
      "ConditioningAverage": { "input": { "required": { "strength": ["FLOAT", { "default": 1.0 }] } }, "output": [] },
      "Size": { "input": { "required": { "width": ["INT", { "min": 16, "max": 1024, "step": 8 }], "cfg": ["FLOAT", { "min": 0.0, "max": 10.0 }] } }, "output": [] },
      "CurveEditor": { "input": { "required": { "curve": ["CURVE", {}] } }, "output": [] },
      "ImageCompare": { "input": { "required": { "compare_view": ["IMAGECOMPARE", {}] } }, "output": [] },
      "Source": { "input": {}, "output": ["MODEL", "IMAGE"] },
      "Paint": { "input": { "required": { "image": ["IMAGE"] } }, "output": ["MODEL"] },
      "Switch": { "input": { "required": { "off": ["COMFY_MATCHTYPE_V3", { "template": { "template_id": "t", "allowed_types": "*" } }],
          "on": ["COMFY_MATCHTYPE_V3", { "template": { "template_id": "t", "allowed_types": "*" } }] } }, "output": ["COMFY_MATCHTYPE_V3"] },
      "Ramp": { "input": { "required": { "a": ["FLOAT", { "control_after_generate": true }], "b": ["INT", {}] } }, "output": [] }
    }
    """));

    [Theory]
    [InlineData("KSampler", "sample_euler", "euler")]
    [InlineData("KSampler", "ddim", "ddim")]
    [InlineData("Other", "sample_euler", "sample_euler")]
    public void SamplersLoseTheStartTheirNamesOnceHad(string type, string saved, string sent)
        => Assert.Equal(sent, Inputs("{\"id\":1,\"type\":\"" + type + "\",\"widgets_values\":[\"" + saved + "\",5]}")["sampler_name"]!.GetValue<string>());

    [Theory]
    [InlineData("T2IAdapterLoader", "ControlNetLoader")]
    [InlineData("SDV_img2vid_Conditioning", "SVD_img2vid_Conditioning")]
    [InlineData("ConditioningAverage ", "ConditioningAverage")]
    public void ClassesGoByTheirPresentNames(string saved, string sent)
    {
        ConversionResult result = Convert("{\"id\":1,\"type\":\"" + saved + "\"}");
        Assert.Equal(sent, result.Prompt["1"]!["class_type"]!.GetValue<string>());
        Assert.Empty(result.Warnings);
    }

    [Theory]
    [InlineData("513", "width", "512")]
    [InlineData("516", "width", "520")]
    [InlineData("5000", "width", "1024")]
    [InlineData("512", "width", "512")]
    [InlineData("\"513\"", "width", "\"513\"")]
    [InlineData("12.5", "cfg", "10.0")]
    [InlineData("7.123", "cfg", "7.123")]
    public void ANumberOfAPrimitiveNodeIsMadeToFit(string saved, string input, string sent)
        => Assert.Equal(sent, Inputs(
            "{\"id\":1,\"type\":\"Size\",\"inputs\":[{\"name\":\"" + input + "\",\"link\":1,\"widget\":{\"name\":\"" + input + "\"}}]},"
            + "{\"id\":2,\"type\":\"PrimitiveNode\",\"widgets_values\":[" + saved + ",\"fixed\"]}", "1,2,0,1,0")[input]!.ToJsonString());

    [Fact]
    public void ASeedOfAPrimitiveNodeKeepsAllItsDigits()
        => Example.AssertInputs(
            Example.Convert(Example.Workflow(
                """
                {"id":1,"type":"OldSeed","inputs":[{"name":"noise_seed","link":1,"widget":{"name":"noise_seed"}}]},
                {"id":2,"type":"PrimitiveNode","widgets_values":[18446744073709551615,"fixed"]}
                """, "1,2,0,1,0")),
            "1", """{"noise_seed":18446744073709551615,"steps":20}""");

    [Fact]
    public void ACurveOfPointsSaysThatItIsOne()
        => Assert.Equal(
            """{"__type__":"CURVE","__value__":[[0,0],[1,1]]}""",
            Inputs("""{"id":1,"type":"CurveEditor","widgets_values":[[[0,0],[1,1]]]}""")["curve"]!.ToJsonString());

    [Fact]
    public void WhatComparesPicturesGetsTheEmptyOnesItMustHave()
        => Assert.Equal("""{"__value__":["",""]}""", Inputs("""{"id":1,"type":"ImageCompare","widgets_values":[]}""")["compare_view"]!.ToJsonString());

    [Fact]
    public void RealNumbersHaveAControlSlotWhenTheServerSaysSo()
        => Assert.Equal("7", Inputs("""{"id":1,"type":"Ramp","widgets_values":[0.5,"fixed",7]}""")["b"]!.ToJsonString());

    [Theory]
    [InlineData("3,2,0,1,0 4,3,0,2,0 5,3,0,1,1", "{\"on\":[\"3\",0]}")]
    [InlineData("3,2,0,1,0 4,3,0,2,0", "{\"off\":[\"3\",0]}")]
    public void AnInputOfAnyTypeTakesTheTypeThatItsFellowIsFed(string links, string expected)
    {
        // What is bypassed passes on an input of the type that is wanted; of any type, the one at the same place.
        JsonNode inputs = Inputs(
            """
            {"id":1,"type":"Switch","inputs":[{"name":"off","type":"*","link":3},{"name":"on","type":"*","link":5}]},
            {"id":2,"type":"Paint","mode":4,"inputs":[{"name":"image","type":"IMAGE","link":4}]},{"id":3,"type":"Source"}
            """, links);
        Assert.Equal(expected, inputs.ToJsonString());
    }

    [Fact]
    public void TheTypeIsFollowedThroughAnyNumberOfSuchNodes()
    {
        // The last comes first, so that nothing before it is worked out when it is its turn.
        const int Length = 24_000;
        IEnumerable<int> numbers = Enumerable.Range(10, Length).Reverse();
        string nodes = string.Join(",", numbers.Select(i => Switch(i, i, i)));
        string links = string.Join(" ", numbers.Select(i => $"{i},{(i == 10 ? 3 : i - 1)},0,{i},0"));

        JsonNode inputs = Inputs(
            Switch(1, 5, 6) + "," + nodes + """,{"id":2,"type":"Paint","mode":4,"inputs":[{"name":"image","type":"IMAGE","link":4}]},{"id":3,"type":"Source"}""",
            $"5,2,0,1,0 6,{Length + 9},0,1,1 4,3,1,2,0 {links}");

        Assert.Equal("{\"on\":[\"" + (Length + 9) + "\",0]}", inputs.ToJsonString());
    }

    [Fact]
    public void SuchNodesInACircleAreConverted()
    {
        JsonObject prompt = Convert(Switch(1, 1, 1) + "," + Switch(2, 2, 2), "1,2,0,1,0 2,1,0,2,0").Prompt;
        Example.AssertInputs(prompt, "1", """{"off":["2",0],"on":["2",0]}""");
        Example.AssertInputs(prompt, "2", """{"off":["1",0],"on":["1",0]}""");
    }

    private static string Switch(int id, int off, int on)
        => $$"""{"id":{{id}},"type":"Switch","inputs":[{"name":"off","type":"*","link":{{off}}},{"name":"on","type":"*","link":{{on}}}],"outputs":[{"name":"o","type":"*"}]}""";

    private static ConversionResult Convert(string nodes, string links = "")
        => WorkflowConverter.Convert((JsonObject)JsonText.Parse(Example.Workflow(nodes, links))!, Catalogue);

    private static JsonNode Inputs(string nodes, string links = "") => Convert(nodes, links).Prompt["1"]!["inputs"]!;
}
