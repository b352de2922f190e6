using System.Linq;
using System.Text.Json.Nodes;
using Xunit;
using static ComfyUI.Client.Tests.Example;

namespace ComfyUI.Client.Tests;

public class LinkTests
{
    private const string Source = """{"id":1,"type":"Load","widgets_values":["b.safetensors"]},""";

    [Fact]
    public void ALinkReplacesTheWidgetWhichKeepsItsSlot()
    {
        JsonObject prompt = Convert(Workflow(
            Source + """
            {"id":2,"type":"Number","widgets_values":[3]},
            {"id":3,"type":"Sample","title":"Mine","widgets_values":[5,"fixed","ddim",0.5],
             "inputs":[{"name":"model","link":1},{"name":"seed","type":"INT","widget":{"name":"seed"},"link":"2"}]}
            """, "1,1,0,3,7 2,2,0,3,0"));
        AssertInputs(prompt, "3", """{"seed":["2",0],"sampler":"ddim","denoise":0.5,"note":"none","model":["1",0]}""");
        Assert.Equal("Mine", prompt["3"]!["_meta"]!["title"]!.GetValue<string>());
        Assert.Equal("Load It", prompt["1"]!["_meta"]!["title"]!.GetValue<string>());
    }

    [Fact]
    public void LinksMayBeObjectsAndIdsText()
        => AssertInputs(
            Convert("""
                {"version":1,"nodes":[{"id":"a","type":"Load"},{"id":"b","type":"Filter","inputs":[{"name":"model","link":4}]}],
                 "links":[{"id":4,"origin_id":"a","origin_slot":"0","target_id":"b","target_slot":0,"type":"MODEL"}]}
                """),
            "b", """{"strength":0.5,"model":["a",0]}""");

    [Fact]
    public void ReroutesAreFollowedAndOpenOnesLeaveTheInputOut()
    {
        JsonObject prompt = Convert(Workflow(
            Source + """
            {"id":2,"type":"Reroute","inputs":[{"name":"","type":"*","link":1}],"outputs":[{"name":"","type":"MODEL"}]},
            {"id":3,"type":"Reroute","mode":4,"inputs":[{"name":"","type":"*","link":2}],"outputs":[{"name":"","type":"MODEL"}]},
            {"id":4,"type":"Filter","inputs":[{"name":"model","type":"MODEL","link":3}]},
            {"id":5,"type":"Reroute","inputs":[{"name":"","type":"*","link":null}]},
            {"id":6,"type":"Filter","inputs":[{"name":"model","type":"MODEL","link":4}]},
            {"id":7,"type":"Reroute","mode":2,"inputs":[{"name":"","type":"*","link":5}]},
            {"id":8,"type":"Filter","inputs":[{"name":"model","type":"MODEL","link":6}]}
            """, "1,1,0,2,0 2,2,0,3,0 3,3,0,4,0 4,5,0,6,0 5,1,0,7,0 6,7,0,8,0"));
        AssertInputs(prompt, "4", """{"strength":0.5,"model":["1",0]}""");
        AssertInputs(prompt, "6", """{"strength":0.5}""");
        AssertInputs(prompt, "8", """{"strength":0.5}""");
        Assert.Equal(["1", "4", "6", "8"], prompt.Select(node => node.Key).OrderBy(id => id));
    }

    [Fact]
    public void NotesAreLeftOutAndOddModesRun()
        => Assert.Equal(
            ["3", "4"],
            Convert(Workflow("""
                {"id":1,"type":"Note","widgets_values":["hi"]},{"id":2,"type":"MarkdownNote"},{"id":3,"type":"Number","mode":1},{"id":4,"type":"Number","mode":3},
                {"id":5,"type":"Number","mode":2},{"id":6,"type":"Number","mode":4},{"id":7,"type":"Fast Groups Muter (rgthree)"}
                """)).Select(node => node.Key));

    [Fact]
    public void WhatAMutedNodeFeedsFallsBackToTheWidgetOrIsLeftOut()
        => AssertInputs(
            Convert(Workflow("""
                {"id":1,"type":"Load","mode":2},{"id":2,"type":"Number","mode":2},
                {"id":3,"type":"Sample","widgets_values":[5],"inputs":[{"name":"model","link":1},{"name":"seed","widget":{"name":"seed"},"link":2}]}
                """, "1,1,0,3,0 2,2,0,3,1")),
            "3", """{"seed":5,"sampler":"euler","denoise":1.0,"note":"none"}""");

    [Fact]
    public void ABypassedNodePassesOnTheInputThatFits()
    {
        JsonObject prompt = Convert(Workflow(
            Source + """
            {"id":2,"type":"Filter","inputs":[{"name":"model","link":1}]},
            {"id":3,"type":"Filter","mode":4,"inputs":[{"name":"latent","link":2},{"name":"model","link":3}]},
            {"id":4,"type":"Sample","mode":4,"inputs":[{"name":"model","link":4},{"name":"latent","link":5}]},
            {"id":5,"type":"Filter","inputs":[{"name":"latent","link":6}]},
            {"id":6,"type":"Number","mode":4},
            {"id":7,"type":"Forced","inputs":[{"name":"a","link":7}]}
            """, "1,1,0,2,0 2,2,0,3,0 3,1,0,3,1 4,1,0,4,0 5,3,0,4,1 6,4,0,5,0 7,6,0,7,0"));
        AssertInputs(prompt, "5", """{"strength":0.5,"latent":["2",0]}""");
        AssertInputs(prompt, "7", """{"b":3}""");
        Assert.Equal(4, prompt.Count);
    }

    [Fact]
    public void ForAnInputOfAnyTypeABypassedNodePassesTheSameIndex()
        => AssertInputs(
            Convert(Workflow(
                Source + """
                {"id":2,"type":"Load"},
                {"id":3,"type":"Sample","mode":4,"inputs":[{"name":"model","link":1},{"name":"latent","link":null}]},
                {"id":4,"type":"Any","inputs":[{"name":"value","type":"*","link":2}]}
                """, "1,1,0,3,0 2,3,0,4,0")),
            "4", """{"value":["1",0]}""");

    [Fact]
    public void PrimitiveNodesWriteTheirValueEvenWhenMuted()
    {
        JsonObject prompt = Convert(Workflow("""
            {"id":1,"type":"PrimitiveNode","mode":2,"widgets_values":[42,"randomize"],"outputs":[{"name":"INT","links":[1,2]}]},
            {"id":2,"type":"Number","widgets_values":[1],"inputs":[{"name":"value","widget":{"name":"value"},"link":1}]},
            {"id":3,"type":"Sample","inputs":[{"name":"seed","widget":{"name":"seed"},"link":2}]}
            """, "1,1,0,2,0 2,1,0,3,0"));
        AssertInputs(prompt, "2", """{"value":42}""");
        AssertInputs(prompt, "3", """{"seed":42,"sampler":"euler","denoise":1.0,"note":"none"}""");
    }

    [Fact]
    public void GetNodesReadWhatTheirSetNodeIsFed()
    {
        ConversionResult result = ConvertResult(Workflow(
            Source + """
            {"id":2,"type":"SetNode","widgets_values":["m"],"inputs":[{"name":"MODEL","type":"MODEL","link":1}],"outputs":[{"name":"*"}]},
            {"id":3,"type":"GetNode","widgets_values":["m"],"outputs":[{"name":"MODEL"}]},
            {"id":4,"type":"Filter","inputs":[{"name":"model","type":"MODEL","link":2}]},
            {"id":5,"type":"GetNode","widgets_values":["nobody"],"outputs":[{"name":"MODEL"}]},
            {"id":6,"type":"Filter","inputs":[{"name":"model","type":"MODEL","link":3}]}
            """, "1,1,0,2,0 2,3,0,4,0 3,5,0,6,0"));
        AssertInputs(result.Prompt, "4", """{"strength":0.5,"model":["1",0]}""");
        AssertInputs(result.Prompt, "6", """{"strength":0.5}""");
        Assert.Equal("5", Assert.Single(result.Warnings).NodeId);
    }

    [Fact]
    public void DanglingLinksLeaveTheInputOpenWithAWarning()
    {
        ConversionResult result = ConvertResult(Workflow(
            """{"id":1,"type":"Filter","inputs":[{"name":"latent","link":9},{"name":"model","link":1}]}""", "1,77,0,1,0"));
        AssertInputs(result.Prompt, "1", """{"strength":0.5}""");
        Assert.Equal(2, result.Warnings.Count);
        Assert.All(result.Warnings, warning => Assert.Equal("Filter", warning.ClassType));
    }
}
