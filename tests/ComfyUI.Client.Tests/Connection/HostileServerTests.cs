using System;
using System.Collections.Concurrent;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>A server that means harm, or is broken beyond measure: what it sends is bounded, and ends in an error that says so.</summary>
public sealed class HostileServerTests
{
    private const string Json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    [Fact]
    public async Task Headers_without_end_are_not_read_to_the_end()
    {
        await using var server = new RawServer(request => EndlessAsync(request, "HTTP/1.1 200 OK\r\n", "X-More: 0123456789012345678901234567890123456789\r\n"));

        ComfyUIException error = await FailAsync(server);

#if CLIENT_NETSTANDARD
        Assert.Equal(ComfyUIErrorId.ConnectionLost, error.ErrorId);
#else
        Assert.IsType<ComfyUIProtocolException>(error);
        Assert.Equal(ComfyUIErrorId.InvalidResponse, error.ErrorId);
        Assert.Single(server.Heads);
#endif
        Assert.Contains("length", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_announced_again_and_again_and_never_comes_is_not_waited_for()
    {
        await using var server = new RawServer(request => EndlessAsync(request, "", "HTTP/1.1 100 Continue\r\n\r\n"));

        ComfyUIException error = await FailAsync(server);

#if CLIENT_NETSTANDARD
        Assert.Equal(ComfyUIErrorId.ConnectionLost, error.ErrorId);
#else
        Assert.Equal(ComfyUIErrorId.InvalidResponse, error.ErrorId);
#endif
    }

    [Fact]
    public async Task A_body_without_end_is_not_read_to_the_end()
    {
        await using var server = new RawServer(request => EndlessAsync(request, Json + "\r\n{\"system\": \"", new string('x', 1024 * 1024)));

        ComfyUIException error = await FailAsync(server);

        AssertTooLarge(error, "256 MiB");
    }

    [Fact]
    public async Task A_small_body_that_unpacks_to_a_large_one_is_not_unpacked_to_the_end()
    {
        byte[] bomb = Bomb(300);
        Assert.True(bomb.Length < 8 * 1024 * 1024);
        await using var server = new RawServer(async request =>
        {
            await request.WriteAsync(Json + $"Content-Encoding: gzip\r\nContent-Length: {bomb.Length}\r\n\r\n");
            await request.WriteAsync(bomb);
        });

        ComfyUIException error = await FailAsync(server);

        AssertTooLarge(error, "256 MiB");
    }

    [Fact]
    public async Task Json_of_many_small_values_is_not_made_objects_of()
    {
        string values = string.Concat(Enumerable.Repeat("0,", 10_000_001));
        await using var server = new RawServer(request => request.WriteAsync(Json + "\r\n{\"system\": [" + values + "0]}").AsTask());

        ComfyUIException error = await FailAsync(server);

        AssertTooLarge(error, "10 million values");
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    public async Task Json_that_nests_without_end_is_an_answer_that_makes_no_sense(string unit)
    {
        string deep = string.Concat(Enumerable.Repeat(unit, 200_000));
        await using var server = new RawServer(Json + $"Content-Length: {deep.Length}\r\n\r\n{deep}");

        ComfyUIException error = await FailAsync(server);

        Assert.Equal(ComfyUIErrorId.InvalidResponse, error.ErrorId);
    }

    [Fact]
    public async Task An_error_without_end_is_cut_off()
    {
        await using var server = new RawServer(request => EndlessAsync(request, "HTTP/1.1 500 X\r\n\r\n", new string('x', 64 * 1024)));

        ComfyUIException error = await FailAsync(server);

        Assert.Equal(ComfyUIErrorId.ServerError, error.ErrorId);
        Assert.InRange(error.ServerMessage!.Length, 1000, 4001);
        Assert.InRange(error.Message.Length, 100, 600);
    }

    [Fact]
    public async Task Words_that_would_drive_a_terminal_are_shown_without_what_drives_it()
    {
        const string Evil = "\\u001b[2J\\u001b]0;owned\\u0007\\u009b31m\\u0000\\u202egnp.exe\\r\\u0008\\u007f";
        await using var server = new RawServer(
            "HTTP/1.1 403 X\r\nContent-Type: application/json\r\nContent-Length: " + (Evil.Length + 12) + "\r\n\r\n{\"error\":\"" + Evil + "\"}");

        ComfyUIException error = await FailAsync(server);

        Assert.Contains("[2J", error.Message, StringComparison.Ordinal);
        Assert.All(new[] { error.Message, error.ServerMessage!, error.RecommendedAction, error.ToString() }, Harmless);
    }

    [Fact]
    public async Task Messages_of_a_socket_are_bounded_and_a_large_one_is_no_end()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var events = new ConcurrentQueue<string?>();
        await using var server = new RawServer(SpeakAsync);
        using var pipeline = new HttpPipeline(new ComfyUIConnectionOptions { BaseUri = server.BaseUri }, new RequestLog(null, "test"));

        using EventSocket socket = await EventSocket.OpenAsync(
            pipeline, "a", isResumed: false, (_, received) => events.Enqueue((received as ExecutingEvent)?.NodeId), _ => closed.SetResult(), Scene.Cancel);
        await closed.Task.WaitAsync(Scene.Cancel);

        Assert.Equal(["first", "large", "last"], events);
        Assert.False(socket.IsOpen);

        static async Task SpeakAsync(RawRequest request)
        {
            await request.UpgradeAsync();
            await request.SendFrameAsync(Executing("first", 0));
            await request.SendFrameAsync(Executing("large", 100 * 1024 * 1024));
            await request.SendFrameAsync(Executing("last", 0));
            byte[] piece = new byte[8 * 1024 * 1024];
            await request.SendFrameAsync(piece, isLast: false);
            while (true)
            {
                await request.SendFrameAsync(piece, isLast: false, isFirst: false);
            }
        }
    }

    internal static void Harmless(string text) => Assert.DoesNotContain(
        text, c => (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));

    private static byte[] Executing(string node, int padding)
        => Encoding.ASCII.GetBytes("{\"type\":\"executing\",\"data\":{\"node\":\"" + node + "\",\"padding\":\"" + new string('x', padding) + "\"}}");

    private static async Task EndlessAsync(RawRequest request, string start, string unit)
    {
        await request.WriteAsync(start);
        byte[] bytes = Encoding.ASCII.GetBytes(unit);
        while (true)
        {
            await request.WriteAsync(bytes);
        }
    }

    private static async Task<ComfyUIException> FailAsync(RawServer server)
    {
        var clock = new FakeClock();
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = server.BaseUri, Clock = clock });
        Task checking = session.CheckAsync(Scene.Cancel);
        await clock.PassUntilAsync(() => checking.IsCompleted);
        return await Assert.ThrowsAnyAsync<ComfyUIException>(() => checking);
    }

    private static void AssertTooLarge(ComfyUIException error, string words)
    {
        Assert.IsType<ComfyUIProtocolException>(error);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.RecommendedAction);
    }

    private static byte[] Bomb(int mebibytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            byte[] block = new byte[1024 * 1024];
            for (int i = 0; i < mebibytes; i++)
            {
                gzip.Write(block);
            }
        }

        return packed.ToArray();
    }
}
