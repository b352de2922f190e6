using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Outputs;

/// <summary>What proxies, caches and old servers make of the answers to a download: in the end the whole file of one version, or none.</summary>
public sealed class OddAnswerTests
{
    private const string Whole = "abcdefghijklmnopqrstuvwxyz";
    private const string Other = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Tag = "ETag: \"18ea4ad778e5e6b0-1a\"\r\n";
    private const string OtherTag = "ETag: \"18ea4ad7ffffffff-1a\"\r\n";
    private const string Cut = "HTTP/1.1 200 OK\r\n" + Tag + "Content-Length: 26\r\n\r\nabcdefghij";
    private const string Again = "HTTP/1.1 200 OK\r\n" + Tag + "Content-Length: 26\r\n\r\n" + Whole;
    private const string Rest = "HTTP/1.1 206 Partial Content\r\n" + Tag + "Content-Range: bytes 10-25/26\r\nContent-Length: 16\r\n\r\nklmnopqrstuvwxyz";
    private const string Old = "Date: Sun, 22 Nov 2026 12:00:00 GMT\r\nLast-Modified: Sun, 22 Nov 2026 11:58:00 GMT\r\n";
    private const string Fresh = "Date: Sun, 22 Nov 2026 12:00:00 GMT\r\nLast-Modified: Sun, 22 Nov 2026 11:59:59 GMT\r\n";

    private static readonly string[] NothingPartial = [];

    /// <summary>What the server says, the ranges that are asked for ("-" for the whole file), and what the file holds in the end.</summary>
    public static TheoryData<string, string[], string[], string> Stories => new()
    {
        { "the rest", [Cut, Rest], ["-", "10-"], Whole },
        { "the whole file where the rest was asked for", [Cut, Again], ["-", "10-"], Whole },
        { "another file by now", [Cut, "HTTP/1.1 200 OK\r\n" + OtherTag + "Content-Length: 26\r\n\r\n" + Other], ["-", "10-"], Other },
        {
            "the rest of another file", [Cut, "HTTP/1.1 206 X\r\n" + OtherTag + "Content-Range: bytes 10-25/26\r\nContent-Length: 16\r\n\r\nKLMNOPQRSTUVWXYZ", Again],
            ["-", "10-", "-"], Whole
        },
        { "the rest of who knows what", [Cut, "HTTP/1.1 206 X\r\nContent-Range: bytes 10-25/26\r\nContent-Length: 16\r\n\r\nKLMNOPQRSTUVWXYZ", Again], ["-", "10-", "-"], Whole },
        { "another part", [Cut, "HTTP/1.1 206 X\r\n" + Tag + "Content-Range: bytes 5-25/26\r\nContent-Length: 21\r\n\r\nfghijklmnopqrstuvwxyz", Again], ["-", "10-", "-"], Whole },
        { "a part of who knows where", [Cut, "HTTP/1.1 206 X\r\n" + Tag + "Content-Length: 16\r\n\r\nklmnopqrstuvwxyz", Again], ["-", "10-", "-"], Whole },
        { "a part of a file of another length", [Cut, "HTTP/1.1 206 X\r\n" + Tag + "Content-Range: bytes 10-30/31\r\nContent-Length: 21\r\n\r\nklmnopqrstuvwxyz12345", Again], ["-", "10-", "-"], Whole },
        { "less than was asked for", [Cut, "HTTP/1.1 206 X\r\n" + Tag + "Content-Range: bytes 10-19/26\r\nContent-Length: 10\r\n\r\nklmnopqrst", "HTTP/1.1 206 X\r\n" + Tag + "Content-Range: bytes 20-25/26\r\nContent-Length: 6\r\n\r\nuvwxyz"], ["-", "10-", "20-"], Whole },
        { "a part where all was asked for", ["HTTP/1.1 206 X\r\n" + Tag + "Content-Range: bytes 0-9/26\r\nContent-Length: 10\r\n\r\nabcdefghij", Rest], ["-", "10-"], Whole },
        { "the middle where all was asked for", ["HTTP/1.1 206 X\r\n" + Tag + "Content-Range: bytes 10-25/26\r\nContent-Length: 16\r\n\r\nklmnopqrstuvwxyz", Again], ["-", "-"], Whole },
        { "no such range any more", [Cut, "HTTP/1.1 416 X\r\nContent-Range: bytes */5\r\nContent-Length: 0\r\n\r\n", Again], ["-", "10-", "-"], Whole },
        { "a failure, then the rest", [Cut, "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n", Rest], ["-", "10-", "10-"], Whole },
        { "no tag, so all again", ["HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\nabcdefghij", Again], ["-", "-"], Whole },
        { "a weak tag, so all again", ["HTTP/1.1 200 OK\r\nETag: W/\"1\"\r\nContent-Length: 26\r\n\r\nabcdefghij", Again], ["-", "-"], Whole },
        { "a date, too fresh to tell", ["HTTP/1.1 200 OK\r\n" + Fresh + "Content-Length: 26\r\n\r\nabcdefghij", Again], ["-", "-"], Whole },
        {
            "a date that tells", ["HTTP/1.1 200 OK\r\n" + Old + "Content-Length: 26\r\n\r\nabcdefghij", "HTTP/1.1 206 X\r\n" + Old + "Content-Range: bytes 10-25/26\r\nContent-Length: 16\r\n\r\nklmnopqrstuvwxyz"],
            ["-", "10-"], Whole
        },
        { "a body that ends with the connection, and is whole", ["HTTP/1.0 200 OK\r\n" + Tag + "\r\n" + Whole], ["-"], Whole },
        {
            "a body that ends with the connection, too soon",
            ["HTTP/1.0 200 OK\r\nETag: \"x\"\r\n\r\nabcdefghij", "HTTP/1.1 206 X\r\nETag: \"x\"\r\nContent-Range: bytes 9-25/26\r\nContent-Length: 17\r\n\r\njklmnopqrstuvwxyz", Rest.Replace(Tag, "ETag: \"x\"\r\n", StringComparison.Ordinal)],
            ["-", "9-", "10-"], Whole
        },
        { "a body that ends with the connection, from who knows no ranges", ["HTTP/1.0 200 OK\r\n\r\n" + Whole], ["-", "25-"], Whole },
        {
            "a length that somebody made fit",
            ["HTTP/1.1 200 OK\r\n" + Tag + "Content-Length: 10\r\n\r\nabcdefghij", "HTTP/1.1 206 X\r\n" + Tag + "Content-Range: bytes 9-25/26\r\nContent-Length: 17\r\n\r\njklmnopqrstuvwxyz", Rest],
            ["-", "9-", "10-"], Whole
        },
        {
            "a length that somebody made fit, and a refusal when the server is asked",
            ["HTTP/1.1 200 OK\r\n" + Tag + "Content-Length: 10\r\n\r\nabcdefghij", "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n", Rest],
            ["-", "9-", "10-"], Whole
        },
        {
            "a length that somebody made fit, and somebody else's answer when the server is asked",
            ["HTTP/1.1 200 OK\r\n" + Tag + "Content-Length: 10\r\n\r\nabcdefghij", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcdefghij", Rest],
            ["-", "9-", "10-"], Whole
        },
        { "a length that somebody made too long", ["HTTP/1.1 200 OK\r\n" + Tag + "Content-Length: 40\r\n\r\n" + Whole], ["-"], Whole },
        { "a slip of a proxy", ["HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n", Again], ["-", "-"], Whole },
        { "a login page somewhere else, for once", ["HTTP/1.1 302 X\r\nLocation: http://login.invalid/\r\nContent-Length: 0\r\n\r\n", Again], ["-", "-"], Whole },
        { "pieces, cut", ["HTTP/1.1 200 OK\r\n" + Tag + "Transfer-Encoding: chunked\r\n\r\na\r\nabcdefghij\r\n", Rest], ["-", "10-"], Whole },
        { "pieces, whole", ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n" + Whole + "\r\n0\r\n\r\n"], ["-"], Whole },
    };

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task The_file_is_whole_in_the_end(string story, string[] says, string[] ranges, string content)
    {
        await using var server = new RawServer(says);
        using var folder = new TempFolder();

        FileInfo file = await SaveAsync(server, folder, "x.bin");

        Assert.Equal(content, File.ReadAllText(file.FullName));
        Assert.Equal(ranges, server.Heads.Select(head => Header(head, "Range")?.Replace("bytes=", "", StringComparison.Ordinal) ?? "-"));
        Assert.Equal([file.FullName], Directory.GetFileSystemEntries(folder.FullName));
        Assert.NotEmpty(story);
    }

    [Fact]
    public async Task The_rest_is_asked_for_on_condition()
    {
        await using var server = new RawServer(Cut, Rest);
        await using var dated = new RawServer("HTTP/1.1 200 OK\r\n" + Old + "Content-Length: 26\r\n\r\nabcdefghij", Again);
        using var folder = new TempFolder();

        await SaveAsync(server, folder, "x.bin");
        await SaveAsync(dated, folder, "y.bin");

        Assert.Equal([null, "\"18ea4ad778e5e6b0-1a\""], server.Heads.Select(head => Header(head, "If-Range")));
        Assert.Equal([null, "Sun, 22 Nov 2026 11:58:00 GMT"], dated.Heads.Select(head => Header(head, "If-Range")));
        Assert.All(server.Heads, head => Assert.Equal("no-cache", Header(head, "Cache-Control")));
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "HTTP 204")]
    [InlineData("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}", "HTTP 202")]
    [InlineData("HTTP/1.1 304 Not Modified\r\n\r\n", "HTTP 304")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 26\r\n\r\n<title>Please log in</title", "web page")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc", "encoded as 'br'")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 3\r\n\r\nabc", "encoded as 'gzip'")]
    public async Task What_is_no_file_is_not_saved_as_one(string says, string words)
    {
        await using var server = new RawServer(says);
        using var folder = new TempFolder();

        var error = await Assert.ThrowsAsync<ComfyUIProtocolException>(() => SaveAsync(server, folder, "x.png"));

        Assert.Equal(ComfyUIErrorId.InvalidResponse, error.ErrorId);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(NothingPartial, Directory.GetFileSystemEntries(folder.FullName));

        // It may pass, as a page of a proxy does while the server restarts.
        Assert.Equal(5, server.Heads.Count);
    }

    [Fact]
    public async Task A_page_is_saved_where_a_page_is_due()
    {
        await using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 8\r\n\r\n<b>x</b>");
        using var folder = new TempFolder();

        Assert.Equal(8, (await SaveAsync(server, folder, "report.HTML")).Length);
    }

    [Fact]
    public async Task A_file_that_somebody_compressed_on_the_way_is_unpacked_and_a_bomb_is_not()
    {
        byte[] small = Gzip(Encoding.ASCII.GetBytes(Whole), 1);
        byte[] bomb = Gzip(new byte[1024 * 1024], 257);
        await using var server = new RawServer(request => request.WriteAsync(Answer(request.Number == 1 ? small : bomb)).AsTask());
        using var folder = new TempFolder();

        FileInfo file = await SaveAsync(server, folder, "x.bin");
        var error = await Assert.ThrowsAsync<ComfyUIProtocolException>(() => SaveAsync(server, folder, "y.bin"));

        Assert.Equal(Whole, File.ReadAllText(file.FullName));
        Assert.Contains("256 MiB", error.Message, StringComparison.Ordinal);
        Assert.Equal([file.FullName], Directory.GetFileSystemEntries(folder.FullName));
    }

    [Fact]
    public async Task A_large_file_may_break_off_as_often_as_it_gets_on()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        var content = new byte[12 * 1024 * 1024];
        new Random(3).NextBytes(content);
        Directory.CreateDirectory(scene.Server.OutputDirectory);
        File.WriteAllBytes(Path.Combine(scene.Server.OutputDirectory, "big.bin"), content);
        scene.Server.Faults.CutBody("GET", "^/view", (1024 * 1024) + 500_000, times: 7);

        FileInfo file = await scene.Clock.PassUntilAsync(scene.Session.Outputs.SaveAsync(
            new ComfyUIOutput { FileName = "big.bin", Type = "output" }, new ComfyUISaveOptions { Folder = scene.Folder.FullName }, Scene.Cancel));

        Assert.Equal(8, scene.Count("GET", "/view"));
        Assert.Equal(content, File.ReadAllBytes(file.FullName));
    }

    [Fact]
    public async Task A_file_of_the_user_is_gone_on_with_as_well()
    {
        await using var server = new RawServer(Cut, Rest);
        using var folder = new TempFolder();
        var clock = new FakeClock();
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = server.BaseUri, Clock = clock });

        FileInfo file = await clock.PassUntilAsync(session.UserFiles.SaveAsync("workflows/x.json", folder.FullName, cancellationToken: Scene.Cancel));

        Assert.Equal(Whole, File.ReadAllText(file.FullName));
        Assert.Equal([null, "bytes=10-"], server.Heads.Select(head => Header(head, "Range")));
    }

    private static async Task<FileInfo> SaveAsync(RawServer server, TempFolder folder, string name)
    {
        var clock = new FakeClock();
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = server.BaseUri, Clock = clock });
        return await clock.PassUntilAsync(session.Outputs.SaveAsync(
            new ComfyUIOutput { FileName = name, Type = "output" }, new ComfyUISaveOptions { Folder = folder.FullName }, Scene.Cancel));
    }

    private static string? Header(string head, string name)
        => head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];

    private static byte[] Answer(byte[] body)
        => [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];

    private static byte[] Gzip(byte[] block, int times)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            for (int i = 0; i < times; i++)
            {
                gzip.Write(block);
            }
        }

        return packed.ToArray();
    }
}
