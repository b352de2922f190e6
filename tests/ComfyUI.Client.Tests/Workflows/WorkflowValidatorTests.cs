using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests;

public class WorkflowValidatorTests(ITestOutputHelper output)
{
    private const string Good = """
        "1": { "class_type": "EmptyImage", "inputs": { "width": 64, "height": 64, "batch_size": 1, "color": 7 } },
        "2": { "class_type": "ImageScale", "inputs": { "image": ["1", 0], "upscale_method": "area", "width": 32, "height": 32, "crop": "disabled" } },
        "3": { "class_type": "SaveImage", "inputs": { "images": ["2", 0], "filename_prefix": "x" } }
        """;

    /// <summary>Prompts that are wrong in ways that both the server and we can tell.</summary>
    public static TheoryData<string> Broken =>
    [
        Good,
        Good.Replace("\"width\": 64, ", "", StringComparison.Ordinal),
        Good.Replace("\"width\": 64", "\"width\": 0", StringComparison.Ordinal),
        Good.Replace("\"width\": 64, \"height\": 64", "\"width\": 999999, \"height\": -1", StringComparison.Ordinal),
        Good.Replace("\"width\": 64", "\"width\": \"abc\"", StringComparison.Ordinal),
        Good.Replace("\"width\": 64", "\"width\": \" 12 \"", StringComparison.Ordinal),
        Good.Replace("\"width\": 64", "\"width\": 12.9", StringComparison.Ordinal),
        Good.Replace("\"width\": 64", "\"width\": null", StringComparison.Ordinal),
        Good.Replace("\"width\": 64", "\"width\": true", StringComparison.Ordinal),
        Good.Replace("\"width\": 64", "\"width\": { \"a\": 1 }", StringComparison.Ordinal),
        Good.Replace("\"width\": 64", "\"width\": []", StringComparison.Ordinal),
        Good.Replace("\"width\": 64", "\"width\": { \"__value__\": 5 }", StringComparison.Ordinal),
        Good.Replace("\"area\"", "\"nope\"", StringComparison.Ordinal),
        Good.Replace("[\"1\", 0]", "[\"99\", 0]", StringComparison.Ordinal),
        Good.Replace("[\"1\", 0]", "[1, 0]", StringComparison.Ordinal),
        Good.Replace("[\"1\", 0]", "[\"1\", 4]", StringComparison.Ordinal),
        Good.Replace("[\"1\", 0]", "[\"1\", \"0\"]", StringComparison.Ordinal),
        Good.Replace("[\"1\", 0]", "[\"1\"]", StringComparison.Ordinal),
        Good.Replace("[\"2\", 0]", "[\"7\", 0]", StringComparison.Ordinal),
        Good.Replace("[\"2\", 0]", "[\"2\", 0, 0]", StringComparison.Ordinal),
        Good + """, "9": { "class_type": "EmptyImage", "inputs": { "width": -5 } }""",
        Good + """, "9": { "class_type": "PreviewImage", "inputs": { "images": ["8", 0] } }, "8": { "class_type": "ImageInvert", "inputs": {} }""",
    ];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task TheServerFindsTheSame(string nodes)
    {
        await using Scene scene = await Scene.StartAsync();
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse("{" + nodes + "}");
        List<string> expected = [];
        try
        {
            ComfyUIJob job = await scene.Session.Jobs.SubmitAsync(workflow, cancellationToken: Scene.Cancel);
            expected.AddRange(job.NodeErrors.Select(error => $"{error.NodeId} {error.Type} {error.Message} {error.Details}"));
        }
        catch (ComfyUIValidationException error)
        {
            expected.AddRange(error.NodeErrors.Select(error => $"{error.NodeId} {error.Type} {error.Message} {error.Details}"));
        }

        ComfyUINodeCatalogue catalogue = await scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        IEnumerable<string> found = WorkflowValidator.Validate(workflow, catalogue)
            .Where(problem => problem.Severity == ComfyUIProblemSeverity.Error)
            .Select(problem => $"{problem.NodeId} {problem.Type} {problem.Message} {problem.Details}");

        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AWorkflowThatCannotBeConvertedIsWrongAtTheNodeThatIsToBlame()
    {
        ComfyUIWorkflow circle = ComfyUIWorkflow.Parse(Example.Workflow(
            """{"id":1,"type":"Reroute","inputs":[{"name":"","type":"*","link":2}]},{"id":2,"type":"Reroute","inputs":[{"name":"","type":"*","link":1}]},{"id":3,"type":"Filter","inputs":[{"name":"latent","type":"LATENT","link":3}]}""",
            "1,1,0,2,0 2,2,0,1,0 3,1,0,3,0"));
        ComfyUIWorkflowProblem problem = Assert.Single(WorkflowValidator.Validate(circle, Example.Catalogue));
        Assert.Equal(("3", "Filter", "latent", "dependency_cycle"), (problem.NodeId, problem.ClassType, problem.Input, problem.Type));
        Assert.NotNull(problem.Suggestion);

        ComfyUIWorkflow inItself = ComfyUIWorkflow.Parse(Example.Workflow(
            """{"id":5,"type":"a"}""", more: """ "definitions":{"subgraphs":[{"id":"a","name":"Mine","nodes":[{"id":7,"type":"a"}],"links":[]}]}"""));
        problem = Assert.Single(WorkflowValidator.Validate(inItself, Example.Catalogue));
        Assert.Equal(("5:7", "Mine", "conversion_failed"), (problem.NodeId, problem.ClassType, problem.Type));
        Assert.Contains("contains itself", problem.Message);
    }

    [Fact]
    public void ARealServerFoundTheSame()
    {
        List<JsonObject> events = [.. Recordings.Events("20_prompt_errors.json")];
        ComfyUINodeCatalogue catalogue = Recordings.Catalogue;
        int compared = 0;
        var faults = new List<string>();
        foreach (JsonObject entry in events)
        {
            if ((string?)entry["http"] != "POST /prompt" || entry["request"]?["body"]?["json"] is not JsonObject body
                || entry["response"]?["body"]?["json"] is not JsonObject answer || TryParse(body) is not { } workflow)
            {
                continue;
            }

            compared++;
            var found = WorkflowValidator.Validate(workflow, catalogue).Where(problem => problem.Severity == ComfyUIProblemSeverity.Error).ToList();
            string expected = string.Join("; ", Expected(answer).Order(StringComparer.Ordinal));
            string actual = string.Join("; ", found.Select(problem => problem.NodeId + " " + problem.Type).Order(StringComparer.Ordinal));
            if (expected != actual)
            {
                faults.Add($"{entry["note"]}: server {expected}, we {actual}");
            }
        }

        output.WriteLine($"{compared} prompts compared");
        faults.ForEach(output.WriteLine);

        // What only the node's own code knows, and what old servers do not name.
        Assert.All(faults, fault => Assert.Matches("custom validation|cycle|targets|prompt_id", fault));
        Assert.True(compared > 30);
    }

    [Fact]
    public void WhatTheServerCannotSayIsSaidToo()
    {
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse("""
            {
              "1": { "class_type": "SaveImge", "inputs": { "images": ["2", 0] } },
              "2": { "class_type": "Show", "inputs": { "image": ["3", 0] } },
              "4": { "class_type": "SaveImage", "inputs": { "images": ["5", 1], "filename_prefix": "x" } },
              "5": { "class_type": "LoadImage", "inputs": { "image": "y.png" } },
              "6": { "class_type": "PackNode", "inputs": {}, "_meta": { "cnr_id": "some-pack" } },
              "7": { "class_type": "SaveImage", "inputs": { "images": ["8", 0], "filename_prefix": "x" } },
              "8": { "class_type": "Any", "inputs": { "value": ["9", 0] } },
              "9": { "class_type": "Any", "inputs": { "value": ["8", 0] } }
            }
            """);
        Dictionary<string, ComfyUIWorkflowProblem> problems = WorkflowValidator.Validate(workflow, Example.Catalogue).ToDictionary(problem => problem.NodeId);

        Assert.Equal("Did you mean 'SaveImage'?", problems["1"].Suggestion);
        Assert.Equal("missing_node_type", problems["1"].Type);
        Assert.Contains("some-pack", problems["6"].Suggestion, StringComparison.Ordinal);
        Assert.Equal(("return_type_mismatch", "Output 0 of node 5 gives IMAGE."), (problems["4"].Type, problems["4"].Suggestion));
        Assert.Equal(("dependency_cycle", "8 (Any) -> 9 (Any) -> 8 (Any)"), (problems["8"].Type, problems["8"].Details));
        Assert.Equal("9 (Any) -> 8 (Any) -> 9 (Any)", problems["9"].Details);
        Assert.DoesNotContain("2", problems.Keys);
        Assert.DoesNotContain("5", problems.Keys);
    }

    [Fact]
    public void AFileThatIsNotInTheListYetIsAWarning()
    {
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse("""
            { "1": { "class_type": "LoadImage", "inputs": { "image": "y.png" } }, "2": { "class_type": "SaveImage", "inputs": { "images": ["1", 0], "filename_prefix": "a" } } }
            """);
        ComfyUIWorkflowProblem problem = Assert.Single(WorkflowValidator.Validate(workflow, Example.Catalogue));

        Assert.Equal((ComfyUIProblemSeverity.Warning, "value_not_in_list", "Did you mean 'x.png'?"), (problem.Severity, problem.Type, problem.Suggestion));
    }

    [Fact]
    public void DynamicInputsCountWithWhatTheyStandFor()
    {
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse("""
            {
              "1": { "class_type": "Mode", "inputs": { "mode": "size", "mode.width": 1, "mode.seed": "x", "last": "" } },
              "2": { "class_type": "Batch", "inputs": { "images.image1": ["1", 0], "count": 1 } },
              "3": { "class_type": "SaveImage", "inputs": { "images": ["2", 0], "filename_prefix": "x" } }
            }
            """);

        Assert.Equal(
            ["1 mode.seed invalid_input_type", "1 mode.ref required_input_missing", "2 images.image0 required_input_missing"],
            WorkflowValidator.Validate(workflow, Example.Catalogue).Select(problem => $"{problem.NodeId} {problem.Input} {problem.Type}"));
    }

    [Fact]
    public void AUIWorkflowNamesTheMissingPackAndWhatCannotBeConverted()
    {
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse(Example.Workflow(
            """{"id":1,"type":"Gone","properties":{"cnr_id":"lost-pack"}},{"id":2,"type":"Show","inputs":[{"name":"image","type":"IMAGE","link":8}]}"""));
        IReadOnlyList<ComfyUIWorkflowProblem> problems = WorkflowValidator.Validate(workflow, Example.Catalogue);

        Assert.Contains(problems, problem => problem.NodeId == "1" && problem.Suggestion!.Contains("lost-pack", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.NodeId == "2" && problem.Severity == ComfyUIProblemSeverity.Warning);
    }

    [Fact]
    public void LongChainsAndManyCyclesAreNoTrouble()
    {
        var prompt = new JsonObject();
        for (int i = 0; i < 20_000; i++)
        {
            prompt[i.ToString(System.Globalization.CultureInfo.InvariantCulture)] = JsonText.Parse(
                FormattableString.Invariant($$"""{ "class_type": "Any", "inputs": { "value": ["{{i + 1}}", 0] } }"""));
        }

        prompt["20000"] = JsonText.Parse("""{ "class_type": "Any", "inputs": { "value": ["0", 0] } }""");
        prompt["save"] = JsonText.Parse("""{ "class_type": "SaveImage", "inputs": { "images": ["0", 0], "filename_prefix": "x" } }""");

        Assert.Equal(20_001, WorkflowValidator.Validate(ComfyUIWorkflow.Parse(JsonText.Write(prompt)), Example.Catalogue).Count);
    }

    private static ComfyUIWorkflow? TryParse(JsonObject body)
    {
        try
        {
            return ComfyUIWorkflow.Parse(JsonText.Write(body["prompt"]));
        }
        catch (ComfyUIValidationException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Expected(JsonObject answer)
    {
        foreach ((string id, JsonNode? node) in answer["node_errors"] as JsonObject ?? [])
        {
            foreach (JsonNode? error in (JsonArray)node!["errors"]!)
            {
                yield return id + " " + error!["type"];
            }
        }

        // The server stops at the first unknown class, and names the node in the details: Node ID '#9'.
        switch ((string?)(answer["error"] as JsonObject)?["type"])
        {
            case "invalid_prompt":
                yield return ((string)answer["error"]!["details"]!).Split('#')[1].TrimEnd('\'') + " missing_node_type";
                break;
            case "prompt_no_outputs":
                yield return " prompt_no_outputs";
                break;
        }
    }
}
