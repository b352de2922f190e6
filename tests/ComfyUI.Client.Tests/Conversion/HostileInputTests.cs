using System;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;
using static ComfyUI.Client.Tests.Example;

namespace ComfyUI.Client.Tests;

public class HostileInputTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"nodes":5}""")]
    [InlineData("""{"1":{"class_type":"Load","inputs":{}}}""")]
    public void WhatIsNoWorkflowIsRefused(string json)
        => Assert.Equal(ComfyUIErrorId.InvalidWorkflow, Assert.Throws<ComfyUIValidationException>(() => Convert(json)).ErrorId);

    [Fact]
    public void EmptyAndNoteOnlyWorkflowsAreEmptyPrompts()
    {
        Assert.Empty(Convert("""{"nodes":[]}"""));
        Assert.Empty(Convert(Workflow("""{"id":1,"type":"Note"}""")));
    }

    [Fact]
    public void ReroutesInACircleAreAnError()
    {
        var error = Assert.Throws<ComfyUIValidationException>(() => Convert(Workflow("""
            {"id":1,"type":"Reroute","inputs":[{"name":"","type":"*","link":2}]},{"id":2,"type":"Reroute","inputs":[{"name":"","type":"*","link":1}]},
            {"id":3,"type":"Filter","inputs":[{"name":"latent","link":3}]}
            """, "1,1,0,2,0 2,2,0,1,0 3,2,0,3,0")));
        Assert.Contains("circle", error.Message);
        Assert.Contains("'latent' of node 3 (Filter)", error.Message);
    }

    [Fact]
    public void ASubgraphThatContainsItselfIsAnError()
        => Assert.Contains("contains itself", Assert.Throws<ComfyUIValidationException>(() => Convert(Workflow(
            """{"id":1,"type":"s"}""", "",
            """
            "definitions":{"subgraphs":[{"id":"s","name":"S","nodes":[{"id":2,"type":"t"}]},{"id":"t","name":"T","nodes":[{"id":3,"type":"s"}]}]}
            """))).Message);

    [Fact]
    public void SubgraphsThatDoubleAtEachLevelStopAtTheLimit()
    {
        string definitions = string.Join(",", Enumerable.Range(0, 40).Select(i =>
            $$"""{"id":"s{{i}}","name":"S{{i}}","nodes":[{"id":1,"type":"s{{i + 1}}"},{"id":2,"type":"s{{i + 1}}"}]}"""));
        Assert.Contains("100,000 nodes", Assert.Throws<ComfyUIValidationException>(
            () => Convert(Workflow("""{"id":1,"type":"s0"}""", "", "\"definitions\":{\"subgraphs\":[" + definitions + "]}"))).Message);
    }

    [Fact]
    public void SubgraphsNestedAThousandDeepAreAnErrorNotAStackOverflow()
    {
        string definitions = string.Join(",", Enumerable.Range(0, 1000).Select(i => $$"""{"id":"s{{i}}","nodes":[{"id":1,"type":"s{{i + 1}}"}]}"""));
        Assert.Contains("100 levels", Assert.Throws<ComfyUIValidationException>(
            () => Convert(Workflow("""{"id":1,"type":"s0"}""", "", "\"definitions\":{\"subgraphs\":[" + definitions + "]}"))).Message);
    }

    [Fact]
    public void ASubgraphOfManyInputsUsedManyTimesIsQuickOrRefused()
    {
        const int Inputs = 5_000;
        static string Each(Func<int, string> text) => string.Join(",", Enumerable.Range(0, Inputs).Select(text));
        string definition = "{\"id\":\"s\",\"inputs\":[" + Each(i => $$"""{"name":"i{{i}}","type":"IMAGE","linkIds":[{{i}},{{i}},77777]}""")
            + "],\"nodes\":[{\"id\":1,\"type\":\"Batch\",\"inputs\":[" + Each(i => $$"""{"name":"images.image{{i}}","link":{{i}}}""")
            + "]}],\"links\":[" + Each(i => $$"""{"id":{{i}},"origin_id":-10,"origin_slot":{{i}},"target_id":1,"target_slot":{{i}}}""") + "]}";
        static string Hosts(int count) => string.Join(",", Enumerable.Range(1, count).Select(i => $$"""{"id":{{i}},"type":"s"}"""));
        string more = "\"definitions\":{\"subgraphs\":[" + definition + "]}";

        Assert.Equal(50, Convert(Workflow(Hosts(50), "", more)).Count);
        Assert.Throws<ComfyUIValidationException>(() => Convert(Workflow(Hosts(2_000), "", more)));
    }

    [Fact]
    public void NegativeSlotsLeaveTheInputOpen()
        => AssertInputs(
            Convert(Workflow(
                """{"id":1,"type":"Load","mode":4},{"id":2,"type":"Filter","inputs":[{"name":"latent","link":1},{"name":"model","link":2}]},{"id":3,"type":"Load"}""",
                "1,1,-3,2,0 2,3,-1,2,1")),
            "2", """{"strength":0.5}""");

    [Fact]
    public void HugeIdsAreRefused()
        => Assert.Throws<ComfyUIValidationException>(() => Convert(Workflow("{\"id\":\"" + new string('x', 300) + "\",\"type\":\"Load\"}")));

    [Fact]
    public void DeepBracesDoNotOverflow()
    {
        string text = new string('{', 20_000) + "x" + new string('}', 20_000);
        Assert.Contains("x", DynamicPrompt.Expand(text, new Random(1)));
    }

    [Fact]
    public void LongChainsThatManyNodesReadCostTheirLengthOnce()
    {
        const int Length = 20_000;
        var nodes = new StringBuilder("""{"id":0,"type":"Load"}""");
        var links = new StringBuilder();
        for (int i = 1; i <= Length; i++)
        {
            nodes.Append(",{\"id\":" + i + ",\"type\":\"Reroute\",\"inputs\":[{\"name\":\"\",\"type\":\"*\",\"link\":" + i + "}]}");
            nodes.Append(",{\"id\":" + (i + Length) + ",\"type\":\"Filter\",\"inputs\":[{\"name\":\"model\",\"link\":" + (i + Length) + "}]}");
            links.Append($"{i},{i - 1},0,{i},0 {i + Length},{Length},0,{i + Length},0 ");
        }

        JsonObject prompt = Convert(Workflow(nodes.ToString(), links.ToString()));
        AssertInputs(prompt, (2 * Length).ToString(), """{"strength":0.5,"model":["0",0]}""");
    }

    [Fact]
    public void OddNodesAreLeftOutOrConvertedAsFarAsTheyGo()
    {
        ConversionResult result = ConvertResult("""
            {"nodes":[7,null,{"id":null,"type":"Load"},{"id":1,"type":"Load","mode":"2","inputs":"no","widgets_values":"no","properties":[]},
              {"id":2,"type":"Load","inputs":[null,5,{"name":3,"link":{}}],"outputs":7},{"id":2,"type":"Number"}],
             "links":[null,[1],{"id":3},5],"extra":7,"definitions":[]}
            """);
        AssertInputs(result.Prompt, "2", """{"ckpt":"a.safetensors"}""");
        Assert.Single(result.Prompt);
        Assert.Equal(4, result.Warnings.Count);
    }
}
