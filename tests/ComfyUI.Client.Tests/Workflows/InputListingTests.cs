using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace ComfyUI.Client.Tests;

public class InputListingTests
{
    private static readonly ComfyUIWorkflow Prompt = ComfyUIWorkflow.Parse("""
        {
          "1": { "class_type": "CheckpointLoaderSimple", "inputs": { "ckpt_name": "a.safetensors" } },
          "2": { "class_type": "CLIPTextEncode", "inputs": { "text": "ugly", "clip": ["1", 1] } },
          "3": { "class_type": "CLIPTextEncode", "inputs": { "text": ["8", 0], "clip": ["1", 1] }, "_meta": { "title": "What I want" } },
          "4": { "class_type": "EmptyLatentImage", "inputs": { "width": 512, "height": 768, "batch_size": 1 } },
          "5": { "class_type": "ControlNetApplyAdvanced", "inputs": { "positive": ["3", 0], "negative": ["2", 0], "strength": 1.0 } },
          "6": { "class_type": "KSampler", "inputs": { "model": ["1", 0], "seed": 18446744073709551615, "steps": ["9", 0], "cfg": 8.0, "sampler_name": "euler",
                 "scheduler": "normal", "positive": ["5", 0], "negative": ["5", 1], "latent_image": ["4", 0], "denoise": 1 } },
          "7": { "class_type": "SaveImage", "inputs": { "images": ["6", 0], "filename_prefix": "x", "list": { "__value__": [1, 2] } } },
          "8": { "class_type": "PrimitiveStringMultiline", "inputs": { "value": "a fox" } },
          "9": { "class_type": "PrimitiveInt", "inputs": { "value": 30 } }
        }
        """);

    [Fact]
    public void RolesFollowTheLinks()
    {
        IReadOnlyList<ComfyUIWorkflowInput> inputs = WorkflowInputReader.Read(Prompt, null);
        string[] roles = [.. inputs.Where(input => input.Role != ComfyUIInputRole.None).Select(input => $"{input.Key} {input.Role}")];

        Assert.Equal(
            [
                "1.ckpt_name Checkpoint", "2.text NegativePrompt", "4.width Width", "4.height Height", "4.batch_size BatchSize",
                "6.seed Seed", "6.cfg Cfg", "6.sampler_name Sampler", "6.scheduler Scheduler", "6.denoise Denoise", "7.filename_prefix FileNamePrefix",
                "8.value PositivePrompt", "9.value Steps",
            ],
            roles);
    }

    [Fact]
    public void ValuesKeepTheirKindAndLinksAreShown()
    {
        Dictionary<string, ComfyUIWorkflowInput> inputs = WorkflowInputReader.Read(Prompt, null).ToDictionary(input => input.Key);

        Assert.Equal(18446744073709551615UL, inputs["6.seed"].Value);
        Assert.Equal("INT", inputs["6.seed"].Type);
        Assert.Equal(8.0, inputs["6.cfg"].Value);
        Assert.Equal(512L, inputs["4.width"].Value);
        Assert.Equal("[1,2]", inputs["7.list"].Value);
        Assert.True(inputs["3.text"].IsLinked);
        Assert.Equal(("8", 0), (inputs["3.text"].LinkedNodeId, inputs["3.text"].LinkedSlot));
        Assert.Null(inputs["3.text"].Value);
        Assert.Equal("What I want", inputs["3.text"].NodeTitle);
    }

    [Fact]
    public void ACatalogueAddsLimitsChoicesAndWhatIsNotSet()
    {
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse("""{ "1": { "class_type": "Sample", "inputs": { "seed": 3, "sampler": "ddim" } }, "2": { "class_type": "Mode", "inputs": { "mode": "size", "mode.width": 5 } } }""");
        Dictionary<string, ComfyUIWorkflowInput> inputs = WorkflowInputReader.Read(workflow, Example.Catalogue).ToDictionary(input => input.Key);

        Assert.Equal(["euler", "ddim"], inputs["1.sampler"].Choices);
        Assert.Equal(1.0, inputs["1.denoise"].Default);
        Assert.False(inputs["1.denoise"].IsPresent);
        Assert.True(inputs["1.model"] is { IsRequired: true, IsWidget: false, Type: "MODEL" });
        Assert.True(inputs["1.seed"].ControlAfterGenerate);
        Assert.Equal(5L, inputs["2.mode.width"].Value);
        Assert.Equal("IMAGE", inputs["2.mode.ref"].Type);
        Assert.DoesNotContain("1.id", inputs.Keys);
    }

    [Fact]
    public void TextsOfAUIWorkflowAreListedAsTheyAreWritten()
    {
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse(Example.Workflow("""{"id":1,"type":"Text","widgets_values":["a {red|blue} fox"]}"""));

        Assert.Equal("a {red|blue} fox", Assert.Single(WorkflowInputReader.Read(workflow, Example.Catalogue)).Value);
    }

    [Theory]
    [InlineData("3", "seed", "3.seed")]
    [InlineData("9", "text", "9:5.text 9:6.text")]
    [InlineData("9:5", "text", "9:5.text")]
    [InlineData("5", "text", "9:5.text 9:6.text")]
    [InlineData("0a1b2c3d-0000-4000-8000-000000000000:3:seed", "seed", "3.seed")]
    [InlineData("11111111-0000-4000-8000-000000000000:5:text", "text", "9:5.text")]
    [InlineData("77", "text", "")]
    public void AppInputsAreKnownInEveryGenerationOfIds(string id, string name, string expected)
    {
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse("""
            { "id": "0a1b2c3d-0000-4000-8000-000000000000", "version": 0.4,
              "nodes": [ { "id": 3, "type": "Sample", "widgets_values": [5, "fixed", "euler", 1] },
                         { "id": 9, "type": "11111111-0000-4000-8000-000000000000", "inputs": [{ "name": "text", "type": "STRING", "widget": { "name": "text" }, "link": null }], "widgets_values": ["host"] } ],
              "links": [],
              "definitions": { "subgraphs": [ { "id": "11111111-0000-4000-8000-000000000000", "name": "Two texts",
                "inputs": [{ "id": "x", "name": "text", "type": "STRING", "linkIds": [1, 2] }], "outputs": [],
                "nodes": [ { "id": 5, "type": "Text", "inputs": [{ "name": "text", "type": "STRING", "widget": { "name": "text" }, "link": 1 }], "widgets_values": ["a"] },
                           { "id": 6, "type": "Text", "inputs": [{ "name": "text", "type": "STRING", "widget": { "name": "text" }, "link": 2 }], "widgets_values": ["b"] } ],
                "links": [ { "id": 1, "origin_id": -10, "origin_slot": 0, "target_id": 5, "target_slot": 0, "type": "STRING" },
                           { "id": 2, "origin_id": -10, "origin_slot": 0, "target_id": 6, "target_slot": 0, "type": "STRING" } ] } ] },
              "extra": { "linearData": { "inputs": [["ID", "NAME", { "height": 3 }]], "outputs": [] } } }
            """.Replace("ID", id, System.StringComparison.Ordinal).Replace("NAME", name, System.StringComparison.Ordinal));

        Assert.Equal(expected, string.Join(' ', WorkflowInputReader.Read(workflow, Example.Catalogue, appOnly: true).Select(input => input.Key)));
    }
}
