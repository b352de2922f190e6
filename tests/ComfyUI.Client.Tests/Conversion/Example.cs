using System;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>A small catalogue of our own and short ways to convert with it.</summary>
internal static class Example
{
    internal static readonly ComfyUINodeCatalogue Catalogue = ComfyUINodeCatalogue.Parse(Encoding.UTF8.GetBytes("""
    {
      "Load": { "input": { "required": { "ckpt": [["a.safetensors", "b.safetensors"]] } }, "input_order": { "required": ["ckpt"] },
        "output": ["MODEL", "CLIP", "VAE"], "output_name": ["MODEL", "CLIP", "VAE"], "display_name": "Load It" },
      "Sample": { "input": {
          "required": {
            "denoise": ["FLOAT", { "default": 1.0 }],
            "model": ["MODEL"], "latent": ["LATENT", {}],
            "seed": ["INT", { "default": 7, "control_after_generate": true }],
            "sampler": ["COMBO", { "options": ["euler", "ddim"] }] },
          "optional": { "note": ["STRING", { "default": "none" }] },
          "hidden": { "id": "UNIQUE_ID" } },
        "input_order": { "required": ["model", "latent", "seed", "sampler", "denoise"], "optional": ["note"], "hidden": ["id"] },
        "output": ["LATENT"], "output_name": ["LATENT"] },
      "Filter": { "input": { "required": { "latent": ["LATENT"], "strength": ["FLOAT", { "default": 0.5 }] }, "optional": { "model": ["MODEL"] } },
        "input_order": { "required": ["latent", "strength"], "optional": ["model"] }, "output": ["LATENT"], "output_name": ["LATENT"] },
      "Text": { "input": { "required": { "text": ["STRING", { "multiline": true, "dynamicPrompts": true }] } }, "output": ["STRING"] },
      "Number": { "input": { "required": { "value": ["INT", { "default": 0, "control_after_generate": false }] } }, "output": ["INT"] },
      "OldSeed": { "input": { "required": { "noise_seed": ["INT", {}], "steps": ["INT", { "default": 20 }] } }, "output": ["NOISE"] },
      "Forced": { "input": { "required": { "a": ["INT", { "forceInput": true }], "b": ["INT", { "default": 3 }] } }, "output": ["INT"] },
      "LoadImage": { "input": { "required": { "image": [["x.png"], { "image_upload": true }] }, "optional": { "scale": ["FLOAT", { "default": 1.0 }] } },
        "output": ["IMAGE", "MASK"] },
      "SaveImage": { "input": { "required": { "images": ["IMAGE"], "filename_prefix": ["STRING", { "default": "out" }] } }, "output": [], "output_node": true },
      "Mode": { "input": { "required": { "mode": ["COMFY_DYNAMICCOMBO_V3", { "options": [
            { "key": "size", "inputs": { "required": { "width": ["INT", { "default": 64 }], "seed": ["INT", { "default": 1 }], "ref": ["IMAGE"] } } },
            { "key": "deep", "inputs": { "required": { "inner": ["COMFY_DYNAMICCOMBO_V3", { "options": [
                { "key": "x", "inputs": { "required": { "n": ["INT", { "default": 5 }] } } }] }] } } },
            { "key": "off", "inputs": {} }] }],
          "last": ["STRING", { "default": "end" }] } },
        "input_order": { "required": ["mode", "last"] }, "output": ["IMAGE"] },
      "Batch": { "input": { "required": { "images": ["COMFY_AUTOGROW_V3", { "template": { "input": { "required": { "image": ["IMAGE"] } }, "prefix": "image", "min": 1 } }],
          "count": ["INT", { "default": 1 }] } }, "output": ["IMAGE"] },
      "CustomCombo": { "input": { "required": { "choice": ["COMBO", { "options": [] }] } }, "output": ["STRING", "INT"] },
      "Pick": { "input": { "required": { "style": ["COMBO", { "options": ["ink", "oil", "oil on wood", "chalk"], "control_after_generate": true }],
          "amount": ["FLOAT", { "default": 1.0, "min": 0.0, "max": 2.0, "step": 0.25 }] } }, "output": ["STRING"] },
      "Any": { "input": { "required": { "value": ["*"] } }, "output": ["*"] },
      "Show": { "input": { "required": { "image": ["IMAGE"] }, "optional": { "list": ["STRING", {}] } }, "output": [] }
    }
    """));

    internal static ConversionResult ConvertResult(string json, ConversionOptions? options = null)
        => WorkflowConverter.Convert((JsonObject)JsonText.Parse(json)!, Catalogue, options);

    internal static JsonObject Convert(string json, ConversionOptions? options = null) => ConvertResult(json, options).Prompt;

    /// <summary>A workflow of the given nodes and links (<c>id,from,slot,to,slot</c>), with more keys if wanted.</summary>
    internal static string Workflow(string nodes, string links = "", string more = "")
    {
        var text = new StringBuilder();
        foreach (string link in links.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(text.Length > 0 ? "," : string.Empty).Append('[').Append(link).Append(",\"*\"]");
        }

        return "{\"version\":0.4,\"nodes\":[" + nodes + "],\"links\":[" + text + "]" + (more.Length > 0 ? "," + more : string.Empty) + "}";
    }

    /// <summary>Asserts that a prompt's node has exactly these inputs.</summary>
    internal static void AssertInputs(JsonObject prompt, string id, string expected)
    {
        Assert.True(prompt.ContainsKey(id), "No node " + id + " in " + JsonText.Write(prompt));
        JsonNode? inputs = prompt[id]!["inputs"];
        Assert.True(PromptComparer.AreEqual(JsonText.Parse(expected), inputs), "Node " + id + " has " + JsonText.Write(inputs) + ", expected " + expected);
    }
}
