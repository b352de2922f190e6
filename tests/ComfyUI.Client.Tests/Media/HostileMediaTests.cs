using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;
using static ComfyUI.Client.Tests.Media.Bytes;
using static ComfyUI.Client.Tests.Media.EmbeddedWorkflowReaderTests;
using static ComfyUI.Client.Tests.Media.PictureFiles;
using static ComfyUI.Client.Tests.Media.SoundAndFilmFiles;

namespace ComfyUI.Client.Tests.Media;

public sealed class HostileMediaTests
{
    private const int MutationsPerFile = 2000;
    public static TheoryData<string> OwnFileNames => EmbeddedWorkflowReaderTests.OwnFileNames;

    [Theory]
    [MemberData(nameof(OwnFileNames))]
    public Task ReadAsync_OfMutatedFiles_ReturnsOrThrowsOurError(string file) => MutateAsync(OwnFiles.All[file], MutationsPerFile);

    [Theory]
    [MemberData(nameof(OwnFileNames))]
    public async Task ReadAsync_OfAFileCutAnywhere_GivesAGraphOrATypedError(string file)
    {
        byte[] whole = OwnFiles.All[file];
        for (int length = 1; length < whole.Length; length += 7)
        {
            await ReturnsOrThrowsOurErrorAsync(whole[..length]);
        }
    }

    [Fact]
    public async Task ReadAsync_OfACutPrompt_SaysTruncated()
    {
        byte[] whole = Png(PngText("prompt", OwnFiles.Prompt));

        ComfyUIValidationException error = await AssertErrorAsync(ComfyUIErrorId.TruncatedFile, whole[..80]);

        Assert.Contains("cut short", error.Message);
    }

    [Theory]
    [InlineData("PNG tEXt")]
    [InlineData("WebM")]
    [InlineData("FLAC")]
    [InlineData("MP3 ID3v2.4 UTF-8")]
    public async Task ReadAsync_OfACutWorkflow_GivesThePromptAndAWarning(string file)
    {
        byte[] whole = OwnFiles.All[file];
        int workflow = whole.AsSpan().IndexOf(Utf8(OwnFiles.Workflow));

        EmbeddedWorkflow found = await ReadAsync(whole[..(workflow + 30)]);

        Assert.NotNull(found.Prompt);
        Assert.Null(found.Workflow);
        Assert.Contains("cut short", Assert.Single(found.Warnings));
    }

    [Fact]
    public async Task ReadAsync_OfPackedBombs_SaysTooLarge()
    {
        string bomb = "{\"a\": \"" + new string('x', MediaReader.MaxValueBytes) + "\"}";

        await AssertErrorAsync(ComfyUIErrorId.EmbeddedWorkflowTooLarge, Png(PngPacked("prompt", bomb)));
        await AssertErrorAsync(ComfyUIErrorId.EmbeddedWorkflowTooLarge, Png(PngInternational("prompt", bomb, packed: true)));

        EmbeddedWorkflow other = await ReadAsync(Png(PngPacked("prompt", bomb), PngPacked("workflow", OwnFiles.Workflow)));
        Assert.NotNull(other.Workflow);
        Assert.Contains("too large", Assert.Single(other.Warnings));
    }

    [Fact]
    public async Task ReadAsync_OfManyPackedBombs_GivesUp()
    {
        byte[] bomb = PngPacked("comment", new string('x', MediaReader.MaxValueBytes - 1));
        byte[] file = Png([.. Enumerable.Repeat(bomb, 1000)]);

        await AssertErrorAsync(ComfyUIErrorId.NoEmbeddedWorkflow, file);
    }

    [Fact]
    public async Task ReadAsync_OfAbsurdLengths_EndsAtOnce()
    {
        byte[][] truncated =
        [
            Join(PngSignature, Big32(0x7FFFFFFF), Latin1("tEXtprompt\0{")),
            Join(Latin1("RIFF"), Big32(0), Latin1("WEBPEXIF"), Big32(0xFFFFFFFF)),
            Join(Mp4FileType, Big32(1), Latin1("moov"), Big64(ulong.MaxValue)),
            Join(Mp4FileType, Big32(1), Latin1("mdat"), Big64(long.MaxValue)),
            Join(EbmlHead, [0x1F, 0x43, 0xB6, 0x75, 0x01, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE], new byte[9]),
            Join(Latin1("fLaC"), [0x84, 0xFF, 0xFF, 0xFF], new byte[8]),
            Flac(("prompt", OwnFiles.Prompt))[..60],
            Join(Latin1("glTF"), Big32(2), Big32(0), Big32(0xFFFFFFFF), Latin1("JSON")),
        ];
        foreach (byte[] file in truncated)
        {
            await AssertErrorAsync(ComfyUIErrorId.TruncatedFile, file);
        }

        await AssertErrorAsync(ComfyUIErrorId.InvalidMediaFile, Join(PngSignature, Big32(0xFFFFFFFF), Latin1("tEXt")));
        await AssertErrorAsync(ComfyUIErrorId.InvalidMediaFile, Join(Mp4FileType, Big32(7), Latin1("moov"), new byte[8]));
        await AssertErrorAsync(ComfyUIErrorId.InvalidMediaFile, [0xFF, 0xD8, 0xFF, 0xE1, 0, 0, 0, 0]);
        await AssertErrorAsync(ComfyUIErrorId.UnknownFileFormat, Join(Little64(1UL << 63), Latin1("{\"a\":1}")));
    }

    [Fact]
    public async Task ReadAsync_OfAnExifDirectoryThatContainsItself_Ends()
    {
        byte[] cyclic = Join(Latin1("MM"), Big16(42), Big32(8), Big16(1), Big16(0x8769), Big16(4), Big32(1), Big32(8), Big32(8));

        await AssertErrorAsync(ComfyUIErrorId.NoEmbeddedWorkflow, Jpeg(cyclic));
    }

    [Fact]
    public async Task ReadAsync_OfExifEntriesThatShareTheirText_Ends()
    {
        byte[] entry = Join(Big16(0x010E), Big16(2), Big32(200_000), Big32(100));
        byte[] exif = Join([Latin1("MM"), Big16(42), Big32(8), Big16(60_000), .. Enumerable.Repeat(entry, 60_000)]);

        await AssertErrorAsync(ComfyUIErrorId.InvalidMediaFile, WebP(exif));
    }

    [Fact]
    public async Task ReadAsync_OfDeepNesting_Ends()
    {
        byte[] boxes = [];
        byte[] elements = [];
        for (int i = 0; i < 5000; i++)
        {
            boxes = Box("udta", boxes);
            elements = Ebml(0x67C8, elements);
        }

        await AssertErrorAsync(ComfyUIErrorId.NoEmbeddedWorkflow, Join(Mp4FileType, Box("moov", boxes)));
        await AssertErrorAsync(ComfyUIErrorId.NoEmbeddedWorkflow, Join(EbmlHead, Ebml(Segment, Ebml(Tags, elements))));
        await AssertErrorAsync(ComfyUIErrorId.InvalidWorkflow, Png(PngText("prompt", new string('[', 100_000))));
    }

    [Fact]
    public async Task ReadAsync_OfMillionsOfParts_Ends()
    {
        byte[] empty = PngChunk("IDAT", []);
        byte[] file = Png([.. Enumerable.Repeat(empty, 300_000)]);

        ComfyUIValidationException error = await AssertErrorAsync(ComfyUIErrorId.InvalidMediaFile, file);

        Assert.Contains("too many parts", error.Message);
    }

    [Fact]
    public async Task ReadAsync_OfHugeFiles_ReadsOnlyWhatItNeeds()
    {
        const long FilmBytes = 20L << 30;
        byte[] boxHead = Join(Mp4FileType, Big32(1), Latin1("mdat"), Big64(FilmBytes + 16));
        byte[] clusterHead = Join(EbmlHead, EbmlUnknownLength(Segment), [0x1F, 0x43, 0xB6, 0x75, 0x01], Big64(FilmBytes)[1..]);
        foreach ((byte[] head, byte[] tail) in new[]
        {
            (boxHead, Moov(("prompt", OwnFiles.Prompt), ("workflow", OwnFiles.Workflow))),
            (clusterHead, MatroskaTags(("prompt", OwnFiles.Prompt), ("workflow", OwnFiles.Workflow))),
        })
        {
            using var stream = new SparseStream(head, FilmBytes, tail);

            EmbeddedWorkflow found = await EmbeddedWorkflowReader.ReadAsync(stream, "a film", TestContext.Current.CancellationToken);

            Assert.NotNull(found.Prompt);
            Assert.NotNull(found.Workflow);
            Assert.InRange(stream.BytesRead, 1, 64 * 1024);
        }
    }

    internal static async Task MutateAsync(byte[] original, int count)
    {
        const int Seed = 20251122;
        var random = new Random(Seed);
        for (int i = 0; i < count; i++)
        {
            await ReturnsOrThrowsOurErrorAsync(Mutate(original, random));
        }
    }

    private static async Task ReturnsOrThrowsOurErrorAsync(byte[] file)
    {
        try
        {
            EmbeddedWorkflow found = await ReadAsync(file);
            Assert.True(found.Prompt is not null || found.Workflow is not null);
        }
        catch (ComfyUIException error)
        {
            Assert.NotEmpty(error.Message);
        }
        catch (Exception error)
        {
            Assert.Fail($"{error}\n{Convert.ToBase64String(file.AsSpan(0, Math.Min(file.Length, 8192)))}");
        }
    }

    // The head is left alone half of the time, so that most mutants get past the recognition.
    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] bytes = [.. original];
        int first = random.Next(2) == 0 ? Math.Min(12, bytes.Length - 1) : 0;
        int changes = random.Next(1, 6);
        for (int i = 0; i < changes && bytes.Length > first + 8; i++)
        {
            int at = random.Next(first, bytes.Length - 8);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.AsSpan(at, random.Next(1, 9)).Fill((byte)(random.Next(2) * 0xFF));
                    break;
                case 3:
                    bytes = bytes[..(at + 1)];
                    break;
                case 4:
                    int length = random.Next(1, Math.Min(64, bytes.Length - at));
                    bytes = Join(bytes[..(at + length)], bytes[at..]);
                    break;
                default:
                    bytes = Join(bytes[..at], bytes[Math.Min(bytes.Length, at + random.Next(1, 16))..]);
                    break;
            }
        }

        return bytes;
    }

    /// <summary>A file with a very long run of zeros in the middle, which counts what is read of it.</summary>
    private sealed class SparseStream(byte[] head, long gap, byte[] tail) : Stream
    {
        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => head.Length + gap + tail.Length;

        public override long Position { get; set; }

        // Files may give fewer bytes than asked for; this one always does.
        public override int Read(byte[] buffer, int offset, int count)
        {
            int done = 0;
            for (int most = Math.Min(count, 1000); done < most && Position < Length; done++, Position++)
            {
                long inTail = Position - head.Length - gap;
                buffer[offset + done] = Position < head.Length ? head[Position] : inTail >= 0 ? tail[inTail] : (byte)0;
            }

            BytesRead += done;
            return done;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
