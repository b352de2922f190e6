using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>
/// A reverse proxy that breaks things: it cuts, stalls, swallows, refuses and answers by itself, at random. The mix follows from the seed;
/// which request meets which fault depends on timing, too. <c>/_test/</c> always passes.
/// </summary>
public sealed class ChaosProxy : IAsyncDisposable
{
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestStall = TimeSpan.FromMilliseconds(250);

    private static readonly ChaosFault[] connectionFaults = [ChaosFault.Refuse, ChaosFault.ResetConnection];
    private static readonly ChaosFault[] socketFaults = [ChaosFault.Gateway, ChaosFault.CloseUnread, ChaosFault.CutSocket, ChaosFault.SilenceSocket];
    private static readonly ChaosFault[] requestFaults =
        [.. Enum.GetValues<ChaosFault>().Except(connectionFaults).Except(socketFaults).Except([ChaosFault.None]), ChaosFault.Gateway, ChaosFault.CloseUnread];

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<ChaosFault, int> struck = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Random random;
    private readonly double rate;
    private readonly ChaosFault without;
    private readonly int target;
    private readonly int port;
    private readonly Task accepting;
    private TcpListener listener;
    private volatile bool calm;

    /// <summary>Listens on a free loopback port.</summary>
    /// <param name="server">Where requests go.</param>
    /// <param name="seed">Makes the mix of faults.</param>
    /// <param name="rate">The part of requests and sockets that something goes wrong with; of connections it is a tenth of it.</param>
    /// <param name="without">A fault that never strikes; <see cref="ChaosFault.None"/> when all may.</param>
    public ChaosProxy(Uri server, int seed, double rate, ChaosFault without = ChaosFault.None)
    {
        ArgumentNullException.ThrowIfNull(server);
        random = new Random(seed);
        this.rate = rate;
        this.without = without;
        target = server.Port;
        listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri BaseUri => new($"http://127.0.0.1:{port}/");

    /// <summary>How often each fault has struck.</summary>
    public IReadOnlyDictionary<ChaosFault, int> Struck => struck;

    /// <summary>Lets everything pass from now on.</summary>
    public void Calm() => calm = true;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var near = await listener.AcceptTcpClientAsync(stop.Token);
                switch (Draw(connectionFaults, rate / 10))
                {
                    case ChaosFault.Refuse:
                        Reset(near);
                        await RefuseAsync();
                        break;
                    case ChaosFault.ResetConnection:
                        Reset(near);
                        break;
                    default:
                        serving.RemoveAll(task => task.IsCompleted);
                        serving.Add(ServeAsync(near));
                        break;
                }
            }
            catch (Exception problem) when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Its usual end, or a client that went before it was taken.
            }
        }

        await Task.WhenAll(serving);
    }

    private async Task RefuseAsync()
    {
        listener.Stop();
        await Task.Delay(Some(LongestRefusal), stop.Token);
        while (true)
        {
            try
            {
                listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return;
            }
            catch (SocketException problem) when (problem.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // An outgoing connection of somebody has the port for the moment.
                listener.Dispose();
                await Task.Delay(10, stop.Token);
            }
        }
    }

    private async Task ServeAsync(TcpClient near)
    {
        using (near)
        {
            try
            {
                near.NoDelay = true;
                var stream = near.GetStream();
                while (await ChaosRequest.ReadAsync(stream, stop.Token) is { } request && await ExchangeAsync(near, stream, request))
                {
                }
            }
            catch (Exception problem) when (problem is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One side is gone.
            }
        }
    }

    // True when the connection may be used again.
    private async Task<bool> ExchangeAsync(TcpClient near, NetworkStream stream, ChaosRequest request)
    {
        var fault = request.Path.StartsWith("/_test/", StringComparison.Ordinal) ? ChaosFault.None
            : Draw(request.IsUpgrade ? socketFaults : requestFaults, rate);
        switch (fault)
        {
            case ChaosFault.CloseUnread:
                return false;
            case ChaosFault.ResetUnread:
                Reset(near);
                return false;
            case ChaosFault.CutRequest:
                await ForwardAsync(request.Bytes[..Below(request.Bytes.Length)], isWhole: false);
                Reset(near);
                return false;
            case ChaosFault.Gateway:
                await stream.WriteAsync(GatewayPage(), stop.Token);
                return true;
            case ChaosFault.Throttle:
                await stream.WriteAsync(ThrottlePage(), stop.Token);
                return true;
            case ChaosFault.LoginPage:
                await stream.WriteAsync(Page("200 OK", "<html><title>Sign in</title></html>"), stop.Token);
                return true;
            case ChaosFault.StaleHistory when request.IsAboutOneJob:
                await stream.WriteAsync(Page("200 OK", "{}", "application/json"), stop.Token);
                return true;
            case ChaosFault.Stall:
                await Task.Delay(Some(LongestStall), stop.Token);
                break;
        }

        if (request.IsUpgrade)
        {
            await TunnelAsync(near, stream, request, fault);
            return false;
        }

        return await AnswerAsync(near, stream, await ForwardAsync(request.ForOneAnswer(), isWhole: true), fault);
    }

    private async Task<bool> AnswerAsync(TcpClient near, NetworkStream stream, byte[] answer, ChaosFault fault)
    {
        switch (fault)
        {
            case ChaosFault.SwallowAnswer:
                Reset(near);
                return false;
            case ChaosFault.CutAnswer:
                await stream.WriteAsync(answer.AsMemory(0, Below(answer.Length)), stop.Token);
                if (Below(2) == 0)
                {
                    Reset(near);
                }

                return false;
            case ChaosFault.GatewayAfter:
                answer = GatewayPage();
                break;
            case ChaosFault.ThrottleAfter:
                answer = ThrottlePage();
                break;
            case ChaosFault.LoginPageAfter:
                answer = Page("200 OK", "<html><title>Sign in</title></html>");
                break;
            case ChaosFault.EmptyAnswer:
                answer = Page("200 OK", "");
                break;
            case ChaosFault.DoubleAnswer:
                answer = [.. answer, .. answer];
                break;
            case ChaosFault.Trickle:
                await TrickleAsync(stream, answer);
                return true;
        }

        await stream.WriteAsync(answer, stop.Token);
        if (fault == ChaosFault.CloseIdle)
        {
            await Task.Delay(Below(30), stop.Token);
            return false;
        }

        return ChaosRequest.HasFraming(answer);
    }

    private async Task TrickleAsync(NetworkStream stream, byte[] answer)
    {
        // At most some twenty pauses, however long the answer is.
        var piece = Math.Max(7, answer.Length / 20);
        for (var at = 0; at < answer.Length; at += piece)
        {
            await stream.WriteAsync(answer.AsMemory(at, Math.Min(piece, answer.Length - at)), stop.Token);
            await Task.Delay(Below(8), stop.Token);
        }
    }

    // One connection to the server for each request: the answer is all that comes until it ends.
    private async Task<byte[]> ForwardAsync(byte[] request, bool isWhole)
    {
        using var far = new TcpClient { NoDelay = true };
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, target, stop.Token);
            var stream = far.GetStream();
            await stream.WriteAsync(request, stop.Token);
            if (!isWhole)
            {
                far.Client.Shutdown(SocketShutdown.Send);
            }

            using var answer = new MemoryStream();
            await stream.CopyToAsync(answer, stop.Token);
            return answer.Length == 0 ? Page("502 Bad Gateway", "no answer") : ChaosRequest.WithoutClose(answer.ToArray());
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            return Page("502 Bad Gateway", "no server");
        }
    }

    private async Task TunnelAsync(TcpClient near, NetworkStream stream, ChaosRequest request, ChaosFault fault)
    {
        using var far = new TcpClient { NoDelay = true };
        await far.ConnectAsync(IPAddress.Loopback, target, stop.Token);
        var farStream = far.GetStream();
        await farStream.WriteAsync(request.Bytes, stop.Token);
        var most = fault is ChaosFault.CutSocket or ChaosFault.SilenceSocket ? 20 + Below(6000) : long.MaxValue;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var up = CopyAsync(stream, farStream, long.MaxValue, over.Token);
        var down = CopyAsync(farStream, stream, most, over.Token);
        await Task.WhenAny(up, down);
        if (fault == ChaosFault.SilenceSocket && down.IsCompletedSuccessfully)
        {
            // Half-open: only the client can end it.
            await up;
        }

        await over.CancelAsync();
        Reset(near);
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, long most, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        for (int read; most > 0 && (read = await from.ReadAsync(buffer, cancellationToken)) > 0; most -= read)
        {
            await to.WriteAsync(buffer.AsMemory(0, (int)Math.Min(read, most)), cancellationToken);
        }
    }

    private ChaosFault Draw(ChaosFault[] faults, double probability)
    {
        lock (gate)
        {
            if (calm || random.NextDouble() >= probability)
            {
                return ChaosFault.None;
            }

            var fault = faults[random.Next(faults.Length)];
            if (fault == without)
            {
                return ChaosFault.None;
            }

            struck.AddOrUpdate(fault, 1, (_, count) => count + 1);
            return fault;
        }
    }

    private int Below(int limit)
    {
        lock (gate)
        {
            return random.Next(limit);
        }
    }

    private TimeSpan Some(TimeSpan longest) => longest * (Below(1000) / 1000.0);

    private byte[] GatewayPage() => Below(3) switch
    {
        0 => Page("502 Bad Gateway", "<html><title>502 Bad Gateway</title></html>"),
        1 => Page("503 Service Unavailable", "<html><title>503</title></html>", headers: "Retry-After: 1\r\n"),
        _ => Page("504 Gateway Time-out", "<html><title>504 Gateway Time-out</title></html>"),
    };

    private byte[] ThrottlePage() => Page("429 Too Many Requests", "slow down", "text/plain", Below(2) == 0 ? "Retry-After: 1\r\n" : "");

    private static byte[] Page(string status, string body, string contentType = "text/html", string headers = "") => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {status}\r\nServer: chaos\r\nContent-Type: {contentType}\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}");

    private static void Reset(TcpClient client)
    {
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
    }
}
