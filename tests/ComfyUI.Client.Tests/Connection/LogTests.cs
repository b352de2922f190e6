using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>The log of unattended runs, and what -Verbose is told: every request, and no secret.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task Each_request_retry_and_error_is_a_line_with_time_and_session()
    {
        using var folder = new TempFolder();
        await using Scene scene = await StartAsync(folder["run.log"]);
        scene.Server.Faults.Respond("GET", "^/queue", 503, times: 1);
        scene.Server.Faults.Respond("GET", "^/nothing", 404);

        await scene.Clock.PassUntilAsync(scene.Session.Jobs.ListAsync(0, Scene.Cancel));
        await Assert.ThrowsAsync<ComfyUINotFoundException>(() => scene.Session.Server.RequestAsync(HttpMethod.Get, "/nothing?token=hunter2&a=1", cancellationToken: Scene.Cancel));

        string[] lines = File.ReadAllLines(folder["run.log"]);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^2026-11-22T12:\d\d:\d\d\.\d{3}Z (OK|RETRY|ERROR) \[night run\] GET /", line));
        Assert.Matches(@"RETRY .* GET /queue 503 \d+ ms: .*; next try in 0\.\d s$", lines[0]);
        Assert.Matches(@"OK .* GET /queue 200 \d+ ms \(try 2\)$", lines[1]);
        Assert.Matches(@"ERROR .* GET /nothing\?token=\*\*\*&a=1 404 ", lines[2]);
        Assert.DoesNotContain("hunter2", File.ReadAllText(folder["run.log"]));
        Assert.DoesNotContain("t0ken", File.ReadAllText(folder["run.log"]));
    }

    [Fact]
    public async Task The_socket_is_a_line_too()
    {
        using var folder = new TempFolder();
        await using Scene scene = await StartAsync(folder["run.log"]);
        scene.Server.Faults.Respond("GET", "^/ws", 403, times: 1);

        await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        scene.Clock.Advance(TimeSpan.FromSeconds(5));
        await scene.Session.Jobs.SubmitAsync(Graphs.Picture(2), cancellationToken: Scene.Cancel);

        string[] lines = [.. File.ReadAllLines(folder["run.log"]).Where(line => line.Contains(" WS "))];
        Assert.Contains("ERROR", lines[0]);
        Assert.Contains("403", lines[0]);
        Assert.Matches(@"OK .* WS /ws\?clientId=\S+ 101 ", lines[1]);
    }

    [Fact]
    public async Task A_servers_words_cannot_make_a_line_of_their_own()
    {
        using var folder = new TempFolder();
        await using Scene scene = await StartAsync(folder["run.log"]);
        scene.Server.Faults.Respond("GET", "^/x", 500, body: "boom\r\n2026-11-22T12:00:00.000Z OK [x] forged\u001B[2J");

        await Assert.ThrowsAsync<ComfyUIServerException>(() => scene.Session.Server.RequestAsync(HttpMethod.Get, "/x", cancellationToken: Scene.Cancel));

        Assert.Single(File.ReadAllLines(folder["run.log"]));
        Assert.DoesNotContain("\u001B", File.ReadAllText(folder["run.log"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_that_share_a_log_lose_no_line()
    {
        using var folder = new TempFolder();
        await using TestComfyServer server = await TestComfyServer.StartAsync(cancellationToken: Scene.Cancel);
        ComfyUISession[] sessions = [.. Enumerable.Range(0, 8).Select(i => new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = server.BaseUri, LogPath = folder["run.log"], Name = "s" + i }))];

        await Task.WhenAll(sessions.SelectMany(session => Enumerable.Range(0, 100).Select(_ => session.CheckAsync(Scene.Cancel))));
        Array.ForEach(sessions, session => session.Dispose());

        Assert.Equal(800, File.ReadAllLines(folder["run.log"]).Length);
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_an_error_at_once()
    {
        using var folder = new TempFolder();
        foreach (string path in new[] { folder["missing/run.log"], folder.FullName, string.Empty })
        {
            var error = Assert.Throws<ComfyUIException>(() => new ComfyUISession(new ComfyUIConnectionOptions { LogPath = path }).Dispose());
            Assert.Equal(ComfyUIErrorId.FileNotWritten, error.ErrorId);
        }
    }

    [Fact]
    public async Task An_observer_is_told_of_its_own_requests_only_and_not_after_its_end()
    {
        await using Scene scene = await Scene.StartAsync();
        var mine = new List<ComfyUIRequestTrace>();
        var outer = new List<ComfyUIRequestTrace>();

        using (scene.Session.ObserveRequests(outer.Add))
        {
            using (scene.Session.ObserveRequests(mine.Add))
            {
                await scene.Session.Server.GetStatusAsync(Scene.Cancel);
            }

            await scene.Session.CheckAsync(Scene.Cancel);
        }

        await scene.Session.CheckAsync(Scene.Cancel);

        Assert.Equal(["/features", "/queue", "/system_stats"], mine.Select(trace => trace.Path).Order());
        Assert.All(mine, trace => Assert.Equal(("GET", 200, 1), (trace.Method, trace.StatusCode!.Value, trace.Attempt)));
        Assert.Equal("/system_stats", Assert.Single(outer).Path);
    }

    private static Task<Scene> StartAsync(string log) => Scene.StartAsync(null, (uri, clock) => new ComfyUIConnectionOptions
    {
        BaseUri = uri,
        Clock = clock,
        LogPath = log,
        Name = "night run",
        Credential = ComfyUICredential.Bearer("t0ken"),
    });
}
