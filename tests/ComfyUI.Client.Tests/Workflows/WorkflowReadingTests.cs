using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Workflows;

/// <summary>Workflows as files have them, and files that are none.</summary>
public sealed class WorkflowReadingTests
{
    private const string Api = """{"3":{"class_type":"KSampler","inputs":{"seed":18446744073709551615,"cfg":1.0,"steps":1E5,"x":NaN,"y":-Infinity,"text":"bär 😀"},"_meta":{"title":"T"},"unknown":[1]}}""";

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    public async Task A_file_is_read_in_the_encoding_its_editor_used_and_kept_as_it_is(string encoding, bool mark)
    {
        using var folder = new TempFolder();
        Encoding writer = Encoding.GetEncoding(encoding);
        File.WriteAllBytes(folder["w.json"], [.. mark ? writer.GetPreamble() : [], .. writer.GetBytes(" \r\n" + Api)]);

        ComfyUIWorkflow workflow = await ComfyUIWorkflow.ReadAsync(folder["w.json"], Scene.Cancel);

        Assert.Equal((ComfyUIWorkflowFormat.Api, 1, folder["w.json"]), (workflow.Format, workflow.NodeCount, workflow.Source));
        Assert.Equal(Api.Replace("😀", "\\uD83D\\uDE00"), workflow.ToJson(indented: false));
    }

    [Theory]
    [InlineData("""{"prompt":{"1":{"class_type":"A","inputs":{}}},"client_id":"x"}""", ComfyUIWorkflowFormat.Api, 1)]
    [InlineData("""{"prompt":{"class_type":"A","inputs":{}},"1":{"class_type":"B","inputs":{}}}""", ComfyUIWorkflowFormat.Api, 2)]
    [InlineData("""{"nodes":[{},{}],"links":[]}""", ComfyUIWorkflowFormat.UI, 2)]
    [InlineData("""{"id":{"prompt":[1,"id",{"1":{"class_type":"A","inputs":{}}},{},[]],"outputs":{}}}""", ComfyUIWorkflowFormat.Api, 1)]
    [InlineData("""{"1":{"class_type":"A","inputs":{}},"1":{"class_type":"B","inputs":{"a":1,"a":2}}}""", ComfyUIWorkflowFormat.Api, 1)]
    public void What_a_json_is_is_told_by_its_shape(string json, ComfyUIWorkflowFormat format, int nodes)
    {
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse(json);

        Assert.Equal((format, nodes), (workflow.Format, workflow.NodeCount));
    }

    // A file of tensors begins with the length of its header in eight bytes. The first of them may be a brace, a blank or a byte order mark.
    [Theory]
    [InlineData(0x017B)]
    [InlineData(0x7B20)]
    [InlineData(0x5B0A)]
    [InlineData(0xFEFF)]
    [InlineData(0xFFFE)]
    [InlineData(0xBFBBEF)]
    public async Task A_file_of_tensors_is_no_text_however_long_its_header_is(int length)
    {
        const string Start = """{"__metadata__":{"prompt":"{\"7\":{\"class_type\":\"SaveLatent\",\"inputs\":{}}}"}""";
        using var file = new MemoryStream(Media.SoundAndFilmFiles.Safetensors(Start.PadRight(length - 1) + "}"));

        ComfyUIWorkflow workflow = await WorkflowReader.FromStreamAsync(file, "x.latent", Scene.Cancel);

        Assert.Equal("SaveLatent", (string?)workflow.Document["7"]!["class_type"]);
    }

    [Fact]
    public void Of_keys_that_repeat_the_last_one_counts()
        => Assert.Equal("""{"1":{"class_type":"B","inputs":{"a":2}}}""", ComfyUIWorkflow.Parse("""{"1":{"class_type":"A","inputs":{}},"1":{"class_type":"B","inputs":{"a":1,"a":2}}}""").ToJson(indented: false));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"text\"")]
    [InlineData("{\"1\":5}")]
    [InlineData("{\"1\":{\"inputs\":{}}}")]
    [InlineData("{\"1\":{\"class_type\":\"A\"}}")]
    [InlineData("{\"1\":{\"class_type\":5,\"inputs\":{}}}")]
    [InlineData("{\"1\":{\"class_type\":\"A\",\"inputs\":[]}}")]
    [InlineData("{\"prompt\":{}}")]
    [InlineData("{\"1\":{\"class_type\":\"A\",\"inputs\":{\"a\":1,}}}")]
    [InlineData("// a comment\n{}")]
    public void Text_that_is_no_workflow_says_so(string json)
    {
        var error = Assert.Throws<ComfyUIValidationException>(() => ComfyUIWorkflow.Parse(json, "w.json"));

        Assert.Equal(ComfyUIErrorId.InvalidWorkflow, error.ErrorId);
        Assert.Contains("w.json", error.Message);
        Assert.NotEmpty(error.RecommendedAction);
    }

    [Theory]
    [InlineData("{\"1\":{\"class_type\":\"A\",\"inputs\":{\"text\":\"b\u00E4r\"}}}", ComfyUIErrorId.InvalidWorkflow)]
    [InlineData("\u0089PNG nonsense", null)]
    [InlineData("", ComfyUIErrorId.InvalidWorkflow)]
    [InlineData("plain text", null)]
    public async Task A_file_that_is_no_workflow_is_an_error_of_ours(string latin1, string? errorId)
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["w.json"], Encoding.Latin1.GetBytes(latin1));

        var error = await Assert.ThrowsAsync<ComfyUIValidationException>(() => ComfyUIWorkflow.ReadAsync(folder["w.json"], Scene.Cancel));

        Assert.Contains("w.json", error.Message);
        Assert.Equal(errorId ?? error.ErrorId, error.ErrorId);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named()
    {
        using var folder = new TempFolder();
        foreach (string path in new[] { folder["missing.json"], folder.FullName, folder["missing/w.json"], string.Empty })
        {
            var error = await Assert.ThrowsAsync<ComfyUIException>(() => ComfyUIWorkflow.ReadAsync(path, Scene.Cancel));
            Assert.Equal(ComfyUIErrorId.FileFailed, error.ErrorId);
            Assert.Contains($"'{path}'", error.Message);
        }
    }

    [Fact]
    public async Task A_folder_in_the_place_of_a_file_is_told()
    {
        using var folder = new TempFolder();

        var error = await Assert.ThrowsAsync<ComfyUIException>(() => ComfyUIWorkflow.ReadAsync(folder.FullName, Scene.Cancel));

        Assert.EndsWith("is a folder.", error.Message);
        Assert.Contains("wildcard", error.RecommendedAction);
    }

    [Fact]
    public void A_line_is_named_where_the_json_breaks()
        => Assert.Contains("line 3", Assert.Throws<ComfyUIValidationException>(() => ComfyUIWorkflow.Parse("{\n\"1\":\n}")).Message);

    [Theory]
    [InlineData(65, true)]
    [InlineData(500, true)]
    [InlineData(600, false)]
    public void Deep_nesting_is_read_up_to_a_limit_and_then_refused(int levels, bool reads)
    {
        string value = string.Concat(Enumerable.Repeat("[", levels)) + string.Concat(Enumerable.Repeat("]", levels));
        string json = "{\"1\":{\"class_type\":\"A\",\"inputs\":{\"a\":" + value + "}}}";

        if (reads)
        {
            Assert.Equal(json, ComfyUIWorkflow.Parse(json).ToJson(indented: false));
        }
        else
        {
            Assert.Throws<ComfyUIValidationException>(() => ComfyUIWorkflow.Parse(json));
        }
    }

    [Fact]
    public void It_never_throws_anything_else_whatever_bytes_there_are()
    {
        var random = new Random(3);
        byte[] good = Encoding.UTF8.GetBytes(Api);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bad = [.. good];
            for (int change = 0; change < 3; change++)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            using var stream = new MemoryStream(bad);
            Exception? error = Record.Exception(() => WorkflowReader.FromStreamAsync(stream, "w.json", Scene.Cancel).GetAwaiter().GetResult());
            Assert.True(error is null or ComfyUIException, Encoding.Latin1.GetString(bad) + error);
        }
    }
}
