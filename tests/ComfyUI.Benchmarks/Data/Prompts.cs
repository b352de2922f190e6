using System.IO;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>The prompts that are run.</summary>
internal static class Prompts
{
    internal static string SmallPath(BenchmarkContext context) => context.Workspace.File("small.json");

    /// <summary>A small picture, saved. It is run once here, so that from then on all of it comes from the server's cache.</summary>
    internal static async Task WriteSmallAsync(BenchmarkContext context)
    {
        if (!File.Exists(SmallPath(context)))
        {
            var prompt = new JsonObject
            {
                ["1"] = Node("EmptyImage", ("width", 64), ("height", 64), ("batch_size", 1), ("color", 3377407)),
                ["2"] = Node("ImageInvert", ("image", new JsonArray("1", 0))),
                ["3"] = Node("SaveImage", ("images", new JsonArray("2", 0)), ("filename_prefix", "benchmark")),
            };
            await File.WriteAllTextAsync(SmallPath(context), prompt.ToJsonString());
            await context.Server.RunAsync(prompt);
        }
    }

    internal static JsonObject Node(string classType, params (string Name, JsonNode Value)[] inputs)
    {
        var values = new JsonObject();
        foreach ((string name, JsonNode value) in inputs)
        {
            values[name] = value;
        }

        return new JsonObject { ["class_type"] = classType, ["inputs"] = values };
    }
}
