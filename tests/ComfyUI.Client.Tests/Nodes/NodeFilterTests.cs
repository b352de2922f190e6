using System.Linq;
using Xunit;

namespace ComfyUI.Client.Tests.Nodes;

/// <summary>Which classes a filter finds.</summary>
public sealed class NodeFilterTests
{
    private static readonly ComfyUINodeCatalogue Catalogue = ComfyUINodeCatalogue.Parse("""
        {
          "LoadPicture": { "input": { "required": { "file": [["a.png"]] }, "hidden": { "mask": "MASK" } }, "output": ["IMAGE", "MASK"],
            "display_name": "Load a Picture", "category": "image", "description": "Reads a file.", "search_aliases": ["open photo"] },
          "Blend": { "input": { "required": { "a": ["IMAGE"], "b": ["IMAGE,LATENT"] } }, "output": ["IMAGE"], "category": "image/mix", "deprecated": true },
          "Keep": { "input": { "required": { "images": ["IMAGE"] } }, "output": [], "output_node": true, "category": "image", "experimental": true },
          "Ask": { "input": { "optional": { "anything": ["*"] } }, "output": ["STRING"], "category": "api", "api_node": true }
        }
        """u8.ToArray());

    public static TheoryData<string, string> Searches => new()
    {
        { "picture", "LoadPicture" },
        { "PHOTO open", "LoadPicture" },
        { "reads picture", "LoadPicture" },
        { "image", "LoadPicture Blend Keep" },
        { "image mix", "Blend" },
        { "nothing", "" },
    };

    [Theory]
    [MemberData(nameof(Searches))]
    public void Every_word_must_occur_somewhere(string words, string expected) => Expect(new ComfyUINodeFilter { Search = words }, expected);

    [Theory]
    [InlineData("IMAGE", "Blend Keep")]
    [InlineData("latent", "Blend")]
    [InlineData("MASK", "")]
    [InlineData("*", "Ask")]
    [InlineData("COMBO", "LoadPicture")]
    public void Inputs_are_found_by_type_but_hidden_ones_and_those_for_anything_are_not(string type, string expected)
        => Expect(new ComfyUINodeFilter { InputType = type }, expected);

    [Theory]
    [InlineData("IMAGE", "LoadPicture Blend")]
    [InlineData("string", "Ask")]
    public void Outputs_are_found_by_type(string type, string expected) => Expect(new ComfyUINodeFilter { OutputType = type }, expected);

    [Fact]
    public void Marks_choose_those_that_have_them_or_the_others()
    {
        Expect(new ComfyUINodeFilter { IsOutputNode = true }, "Keep");
        Expect(new ComfyUINodeFilter { IsDeprecated = true }, "Blend");
        Expect(new ComfyUINodeFilter { IsExperimental = true }, "Keep");
        Expect(new ComfyUINodeFilter { IsApiNode = true }, "Ask");
        Expect(new ComfyUINodeFilter { IsDeprecated = false, IsApiNode = false }, "LoadPicture Keep");
    }

    [Fact]
    public void Conditions_add_up()
        => Expect(new ComfyUINodeFilter { Name = name => name.Length > 4, Category = category => category == "image", OutputType = "IMAGE" }, "LoadPicture");

    private static void Expect(ComfyUINodeFilter filter, string names) => Assert.Equal(names, string.Join(' ', filter.Apply(Catalogue).Select(node => node.Name)));
}
