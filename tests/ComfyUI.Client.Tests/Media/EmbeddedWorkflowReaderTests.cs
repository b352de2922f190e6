using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;
using static ComfyUI.Client.Tests.Media.Bytes;
using static ComfyUI.Client.Tests.Media.PictureFiles;
using static ComfyUI.Client.Tests.Media.SoundAndFilmFiles;

namespace ComfyUI.Client.Tests.Media;

public sealed class EmbeddedWorkflowReaderTests
{
    public static TheoryData<string> OwnFileNames => [.. OwnFiles.All.Keys];

    [Theory]
    [MemberData(nameof(OwnFileNames))]
    public async Task ReadAsync_OfEachKindOfFile_FindsBothGraphs(string file)
    {
        EmbeddedWorkflow found = await ReadAsync(OwnFiles.All[file]);

        Assert.Equal(Canonical(OwnFiles.Prompt), JsonText.Write(found.Prompt));
        Assert.Equal(Canonical(OwnFiles.Workflow), JsonText.Write(found.Workflow));
        Assert.Equal(Canonical(OwnFiles.Prompt), Canonical(found.PromptText!));
        Assert.Equal(Canonical(OwnFiles.Workflow), Canonical(found.WorkflowText!));
        Assert.Empty(found.Warnings);
    }

    [Theory]
    [InlineData("PNG tEXt")]
    [InlineData("MP4 encoded three times")]
    [InlineData("Opus over many pages")]
    [InlineData("latent")]
    public async Task ReadAsync_OfTextsOfTheirOwn_KeepsThemToTheLetter(string file)
    {
        EmbeddedWorkflow found = await ReadAsync(OwnFiles.All[file]);

        Assert.Equal(OwnFiles.Prompt, found.PromptText);
        Assert.Equal(OwnFiles.Workflow, found.WorkflowText);
    }

    [Fact]
    public async Task ReadAsync_OfRawUtf8AndOfLatin1_FindsTheRightCharacters()
    {
        EmbeddedWorkflow found = await ReadAsync(Png(
            PngText("prompt", """{"a": "Füchse 狐"}"""),
            PngChunk("tEXt", Latin1("workflow\0{\"a\": \"Füchse\"}"))));

        Assert.Equal("Füchse 狐", (string?)found.Prompt!["a"]);
        Assert.Equal("Füchse", (string?)found.Workflow!["a"]);
    }

    [Fact]
    public async Task ReadAsync_OfAPromptAlone_GivesNoWorkflowAndNoWarning()
    {
        EmbeddedWorkflow found = await ReadAsync(Png(PngText("prompt", OwnFiles.Prompt)));

        Assert.NotNull(found.Prompt);
        Assert.Null(found.Workflow);
        Assert.Empty(found.Warnings);
    }

    [Fact]
    public async Task ReadAsync_OfAWorkflowThatIsNull_TakesItForNone()
    {
        EmbeddedWorkflow found = await ReadAsync(Svg($"<![CDATA[{{\"prompt\": {OwnFiles.Prompt}, \"workflow\": null}}]]>"));

        Assert.Null(found.Workflow);
        Assert.Empty(found.Warnings);
    }

    [Fact]
    public async Task ReadAsync_OfOneGraphThatIsNotJson_GivesTheOtherAndAWarning()
    {
        EmbeddedWorkflow found = await ReadAsync(Png(PngText("prompt", "a cat on a mat"), PngText("workflow", OwnFiles.Workflow)));

        Assert.Null(found.Prompt);
        Assert.NotNull(found.Workflow);
        Assert.Contains("'prompt'", Assert.Single(found.Warnings));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{\"a\"")]
    public async Task ReadAsync_OfTextThatIsNoGraph_Says(string text)
        => await AssertErrorAsync(ComfyUIErrorId.InvalidWorkflow, Png(PngText("workflow", text)));

    [Fact]
    public async Task ReadAsync_OfAnApiGraphWithoutName_TakesItForThePrompt()
    {
        EmbeddedWorkflow prompt = await ReadAsync(Jpeg(Exif(true, [], UnicodeComment(OwnFiles.Prompt, bigEndian: true))));
        EmbeddedWorkflow workflow = await ReadAsync(Jpeg(Exif(true, [(0x010E, OwnFiles.Workflow)])));

        Assert.NotNull(prompt.Prompt);
        Assert.NotNull(workflow.Workflow);
    }

    [Fact]
    public async Task ReadAsync_OfSvgTextWithAnEndOfSection_RecoversWithAWarning()
    {
        EmbeddedWorkflow found = await ReadAsync(Svg("<![CDATA[{\"prompt\": {\"a\": \"x]]></metadata>y\"}}]]>"));

        Assert.Equal("x]]></metadata>y", (string?)found.Prompt!["a"]);
        Assert.Single(found.Warnings);
    }

    [Theory]
    [InlineData("AVIF", "Exif item")]
    [InlineData("FLAC", "Vorbis comments")]
    [InlineData("GLB", "asset.extras")]
    [InlineData("JPEG", "EXIF")]
    [InlineData("MP3", "TXXX")]
    [InlineData("MP4", "moov/udta/meta")]
    [InlineData("Opus", "Vorbis comments")]
    [InlineData("PNG", "tEXt")]
    [InlineData("SVG", "metadata element")]
    [InlineData("WebM", "tags")]
    [InlineData("WebP", "EXIF chunk")]
    [InlineData("latent", "__metadata__")]
    public async Task ReadAsync_OfAFileWithoutGraphs_SaysWhereItLooked(string kind, string place)
    {
        byte[] exif = Exif(true, [(0x010F, "Canon")]);
        byte[] file = kind switch
        {
            "AVIF" => Avif(exif),
            "FLAC" => Flac(("title", "x")),
            "GLB" => Glb("""{"asset": {"version": "2.0"}}"""),
            "JPEG" => Jpeg(exif),
            "MP3" => Mp3(4, TextFrame(4, 3, "title", "x")),
            "MP4" => Mp4(("title", "x")),
            "Opus" => Opus(("title", "x")),
            "PNG" => Png(),
            "SVG" => Svg("<title/>"),
            "WebM" => WebM(("TITLE", "x")),
            "WebP" => WebP(exif),
            _ => Safetensors("{}"),
        };

        ComfyUIValidationException error = await AssertErrorAsync(ComfyUIErrorId.NoEmbeddedWorkflow, file);

        Assert.Contains(place, error.Message);
        Assert.Contains("a file", error.Message);
        Assert.NotEmpty(error.RecommendedAction);
    }

    [Fact]
    public async Task ReadAsync_OfPicturesByAutomatic1111_SaysAnotherProgramMadeThem()
    {
        const string Parameters = "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7";
        foreach (byte[] file in new[] { Png(PngText("parameters", Parameters)), Jpeg(Exif(false, [], UnicodeComment(Parameters, bigEndian: true))) })
        {
            ComfyUIValidationException error = await AssertErrorAsync(ComfyUIErrorId.NoEmbeddedWorkflow, file);

            Assert.Contains("another program", error.Message);
        }
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html><svg></svg></html>")]
    [InlineData("{\"nodes\": []}")]
    [InlineData("x")]
    [InlineData("GIF89a")]
    [InlineData("RIFF\0\0\0\0WAVEfmt ")]
    public async Task ReadAsync_OfOtherContent_SaysTheKindIsUnknown(string content)
        => await AssertErrorAsync(ComfyUIErrorId.UnknownFileFormat, Latin1(content));

    [Fact]
    public async Task ReadAsync_OfNothing_SaysTheFileIsEmpty() => await AssertErrorAsync(ComfyUIErrorId.EmptyFile, []);

    [Fact]
    public async Task ReadAsync_OfAStreamThatCannotSeek_Refuses()
        => await Assert.ThrowsAsync<ArgumentException>(() => EmbeddedWorkflowReader.ReadAsync(new OneWayStream(), "a file", CancellationToken.None));

    [Fact]
    public async Task ReadAsync_WhenCancelled_Ends()
        => await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EmbeddedWorkflowReader.ReadAsync(new MemoryStream(Png()), "a file", new CancellationToken(canceled: true)));

    internal static Task<EmbeddedWorkflow> ReadAsync(byte[] file)
        => EmbeddedWorkflowReader.ReadAsync(new MemoryStream(file), "a file", TestContext.Current.CancellationToken);

    internal static async Task<ComfyUIValidationException> AssertErrorAsync(string errorId, byte[] file)
    {
        var error = await Assert.ThrowsAsync<ComfyUIValidationException>(() => ReadAsync(file));
        Assert.Equal(errorId, error.ErrorId);
        return error;
    }

    private static string Canonical(string json) => JsonText.Write(JsonText.Parse(json));

    private sealed class OneWayStream : MemoryStream
    {
        public override bool CanSeek => false;
    }
}
