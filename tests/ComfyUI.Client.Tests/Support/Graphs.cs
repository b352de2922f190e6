using System;

namespace ComfyUI.Client.Tests;

/// <summary>Small workflows that the test server and a real server can run.</summary>
internal static class Graphs
{
    /// <summary>A picture of one colour, inverted and saved. Another colour is another picture, so nothing comes from the cache.</summary>
    internal static ComfyUIWorkflow Picture(int color, string prefix = "picture", int size = 16, int batch = 1) => ComfyUIWorkflow.Parse($$"""
        {
          "1": { "class_type": "EmptyImage", "inputs": { "width": {{size}}, "height": {{size}}, "batch_size": {{batch}}, "color": {{color}} } },
          "2": { "class_type": "ImageInvert", "inputs": { "image": ["1", 0] } },
          "3": { "class_type": "SaveImage", "inputs": { "images": ["2", 0], "filename_prefix": "{{prefix}}" }, "_meta": { "title": "Save Image" } }
        }
        """, "picture.json");

    /// <summary>Takes its time, in steps. Needs the node SleepProgress.</summary>
    internal static ComfyUIWorkflow Slow(double seconds, int steps, int seed = 1, string prefix = "slow", bool preview = false) => ComfyUIWorkflow.Parse(FormattableString.Invariant($$"""
        {
          "1": { "class_type": "EmptyImage", "inputs": { "width": 16, "height": 16, "batch_size": 1, "color": {{seed}} } },
          "2": { "class_type": "SleepProgress", "inputs": { "image": ["1", 0], "seconds": {{seconds}}, "steps": {{steps}}, "seed": {{seed}}, "preview": {{(preview ? "true" : "false")}}, "format": "JPEG" },
                 "_meta": { "title": "A slow node" } },
          "3": { "class_type": "SaveImage", "inputs": { "images": ["2", 0], "filename_prefix": "{{prefix}}" } }
        }
        """), "slow.json");

    /// <summary>Fails in node 2. Needs the node RaiseError.</summary>
    internal static ComfyUIWorkflow Failing(int color, string message = "boom") => ComfyUIWorkflow.Parse($$"""
        {
          "1": { "class_type": "EmptyImage", "inputs": { "width": 16, "height": 16, "batch_size": 1, "color": {{color}} } },
          "2": { "class_type": "RaiseError", "inputs": { "message": "{{message}}", "image": ["1", 0] } },
          "3": { "class_type": "SaveImage", "inputs": { "images": ["2", 0], "filename_prefix": "never" } },
          "4": { "class_type": "PreviewImage", "inputs": { "images": ["1", 0] } }
        }
        """, "failing.json");

    /// <summary>The same workflow with one more node.</summary>
    internal static ComfyUIWorkflow WithExtra(this ComfyUIWorkflow workflow, string id, string node)
        => ComfyUIWorkflow.Parse(workflow.ToJson().TrimEnd()[..^1] + $", \"{id}\": {node} }}", workflow.Source);
}
