using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>A machine that does not even refuse: what a firewall that drops packets looks like from here.</summary>
public sealed class BlackHoleTests
{
    [Fact]
    public async Task A_connection_that_nothing_answers_is_a_server_out_of_reach()
    {
        using var hole = new BlackHole();
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = hole.Uri, ConnectTimeout = TimeSpan.FromMilliseconds(100) });

        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => session.CheckAsync(TestContext.Current.CancellationToken));

        Assert.Equal(ComfyUIErrorId.ConnectionFailed, error.ErrorId);
        Assert.Contains("nothing answered", error.Message);
    }

    [Fact]
    public async Task A_prompt_that_was_never_sent_is_tried_again_and_then_an_error()
    {
        using var hole = new BlackHole();
        var tries = new List<ComfyUIRequestTrace>();
        var clock = new FakeClock();
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = hole.Uri, ConnectTimeout = TimeSpan.FromMilliseconds(20), Clock = clock });
        using (session.ObserveRequests(tries.Add))
        {
            var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(
                () => clock.PassUntilAsync(session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: TestContext.Current.CancellationToken)));
            Assert.Equal(ComfyUIErrorId.ConnectionFailed, error.ErrorId);
        }

        Assert.Equal(RetryPolicy.MaxAttempts, tries.FindAll(trace => trace.Method == "POST").Count);
    }

    // A listener whose queue is full: the system drops what comes then.
    private sealed class BlackHole : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> _fillers = [];

        internal BlackHole()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(0);
            for (int i = 0; i < 4; i++)
            {
                var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                _fillers.Add(filler);
                try
                {
                    filler.Connect(_listener.LocalEndPoint!);
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
                {
                    // On its way, or one that nobody will answer.
                }
            }
        }

        internal Uri Uri => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/");

        public void Dispose()
        {
            _fillers.ForEach(filler => filler.Dispose());
            _listener.Dispose();
        }
    }
}
