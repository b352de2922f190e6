using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Events;

/// <summary>However a socket ends, its connection ends with it: none stays half open, at our side or the server's.</summary>
public sealed class EventSocketTests
{
    public enum End
    {
        SaysThatItCloses,
        TooLargeMessage,
        BrokenFrame,
    }

    [Theory]
    [InlineData(End.SaysThatItCloses)]
    [InlineData(End.TooLargeMessage)]
    [InlineData(End.BrokenFrame)]
    public async Task A_connection_that_the_server_leaves_open_is_closed(End end)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(request => SpeakAsync(request, end, gone));
        using var pipeline = new HttpPipeline(new ComfyUIConnectionOptions { BaseUri = server.BaseUri }, new RequestLog(null, "test"));

        // Not disposed before the end: it must go by itself.
        using EventSocket socket = await EventSocket.OpenAsync(pipeline, "a", isResumed: false, (_, _) => { }, _ => { }, Scene.Cancel);

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(60), Scene.Cancel);
        Assert.False(socket.IsOpen);
    }

    private static async Task SpeakAsync(RawRequest request, End end, TaskCompletionSource gone)
    {
        await request.UpgradeAsync();
        await request.SendFrameAsync(Encoding.ASCII.GetBytes("{\"type\":\"status\"}"));
        Task told = end switch
        {
            End.SaysThatItCloses => request.SendCloseAsync().AsTask(),
            End.TooLargeMessage => EndlessMessageAsync(request),
            _ => request.WriteAsync([0x8F, 0]).AsTask(),
        };

        // Read to the end, which comes when the client closes its side.
        byte[] buffer = new byte[1024];
        try
        {
            while (await request.Stream.ReadAsync(buffer, request.Cancel) > 0)
            {
            }

            await told;
        }
        catch (IOException)
        {
            // Reset is closed, too.
        }

        gone.TrySetResult();
    }

    private static async Task EndlessMessageAsync(RawRequest request)
    {
        byte[] piece = new byte[16 * 1024 * 1024];
        await request.SendFrameAsync(piece, isLast: false);
        while (true)
        {
            await request.SendFrameAsync(piece, isLast: false, isFirst: false);
        }
    }
}
