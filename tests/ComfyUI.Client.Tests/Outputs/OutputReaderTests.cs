using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests.Outputs;

/// <summary>Outputs are found by their shape, whatever a node calls them.</summary>
public sealed class OutputReaderTests
{
    [Fact]
    public void Anything_with_a_file_name_under_any_key_is_a_file()
    {
        IReadOnlyList<ComfyUIOutput> outputs = Read("""
            {
              "9": { "images": [{ "filename": "a.png", "subfolder": "s", "type": "output" }], "animated": [false] },
              "10": { "gifs": [{ "filename": "b.mp4", "subfolder": "", "type": "temp", "fullpath": "/srv/b.mp4" }], "my_own": [{ "filename": "c.glb" }] },
              "11": { "single": { "filename": "d.flac", "type": "output" }, "result": [null, 1, "x", [], { "filename": 5 }, { "filename": "" }] },
              "12": null,
              "13": { "text": ["hello", 5], "string": "world", "nan": [NaN] }
            }
            """);

        Assert.Equal(["a.png", "b.mp4", "c.glb", "d.flac", "", ""], outputs.Select(output => output.FileName));
        Assert.Equal(["images", "gifs", "my_own", "single", "text", "string"], outputs.Select(output => output.Kind));
        Assert.Equal(["output", "temp", "output", "output", "", ""], outputs.Select(output => output.Type));
        Assert.Equal(
            [ComfyUIOutputMedia.Image, ComfyUIOutputMedia.Video, ComfyUIOutputMedia.Model3D, ComfyUIOutputMedia.Audio, ComfyUIOutputMedia.Text, ComfyUIOutputMedia.Text],
            outputs.Select(output => output.Media));
        Assert.Equal(["hello", "world"], outputs.Where(output => !output.IsFile).Select(output => output.Text));
        Assert.Equal("s/a.png", outputs[0].ToString());
    }

    [Fact]
    public void Outputs_of_an_expanded_node_belong_to_the_node_in_the_prompt()
    {
        ComfyUIOutput output = Assert.Single(OutputReader.Read(
            null, "id", Parse("""{ "2.0.0.3": { "images": [{ "filename": "a.png" }] } }"""), Parse("""{ "2.0.0.3": { "display_node": "2" } }""")));

        Assert.Equal("2", output.NodeId);
    }

    [Fact]
    public void No_outputs_are_none() => Assert.Empty(OutputReader.Read(null, "id", null, null));

    private static IReadOnlyList<ComfyUIOutput> Read(string json) => OutputReader.Read(null, "id", Parse(json), null);

    private static JsonObject Parse(string json) => (JsonObject)JsonText.Parse(json)!;
}
