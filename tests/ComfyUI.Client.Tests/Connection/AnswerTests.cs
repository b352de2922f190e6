using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>Answers as they come: compressed, with NaN, cut short, of another kind, or not at all.</summary>
public sealed class AnswerTests
{
    [Fact]
    public async Task Compressed_answers_are_asked_for_and_read()
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { CompressResponses = true });

        ComfyUIStatus status = await scene.Session.Server.GetStatusAsync(Scene.Cancel);
        ComfyUIResponse nodes = await scene.Session.Server.RequestAsync(HttpMethod.Get, "/object_info", cancellationToken: Scene.Cancel);

        Assert.Equal("0.3.64", status.Version);
        Assert.True(nodes.Json!.AsObject().ContainsKey("KSampler"));
        Assert.All(scene.Server.Requests, request => Assert.Contains("gzip", request.Headers["Accept-Encoding"]));
    }

    [Fact]
    public async Task A_file_is_never_asked_for_compressed()
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { CompressResponses = true });

        await scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel);

        Assert.Equal("identity", Assert.Single(scene.Server.Requests.Find("GET", "/view")).Headers["Accept-Encoding"]);
    }

    [Fact]
    public async Task Python_numbers_that_are_none_are_read()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/odd", 200, body: "{\"a\":[NaN,Infinity,-Infinity],\"b\":\"NaN\"}", contentType: "application/json");

        ComfyUIResponse answer = await scene.Session.Server.RequestAsync(HttpMethod.Get, "/odd", cancellationToken: Scene.Cancel);

        Assert.Equal([double.NaN, double.PositiveInfinity, double.NegativeInfinity], answer.Json!["a"]!.AsArray().Select(item => item!.GetValue<double>()));
        Assert.Equal("NaN", (string?)answer.Json["b"]);
    }

    [Fact]
    public async Task An_answer_that_was_cut_short_is_asked_for_again()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.CutBody("GET", "^/(queue|object_info)", 10, times: 1);
        scene.Server.Faults.CutBody("GET", "^/(queue|object_info)", 0, times: 1, skip: 1);

        await scene.Session.Jobs.ListAsync(0, Scene.Cancel);
        Assert.Equal(3, scene.Count("GET", "/queue"));

        scene.Server.Faults.CutBody("GET", "^/object_info", 1000, times: 1);
        await scene.Session.Server.RequestAsync(HttpMethod.Get, "/object_info", cancellationToken: Scene.Cancel);
        Assert.Equal(2, scene.Count("GET", "/object_info"));
    }

    [Fact]
    public async Task An_answer_that_is_always_cut_short_is_a_lost_connection()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.CutBody("GET", "^/queue", 10);

        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => scene.Session.Jobs.ListAsync(0, Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.ConnectionLost, error.ErrorId);
        Assert.True(scene.Count("GET", "/queue") >= 3);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html><head><title>Please log in</title></head></html>", "text/html")]
    [InlineData("", "application/json", 3)]
    [InlineData("{\"a\":", "application/json", 3)]
    [InlineData("[1,2]", "application/json")]
    [InlineData("null", "application/json")]
    [InlineData("{}", "application/json")]
    [InlineData("{\"system\":[]}", "application/json")]
    [InlineData("{\"a\":\"\u00FF\"}", "application/json; charset=latin-1")]
    public async Task What_is_not_comfyui_is_told_as_such(string body, string contentType, int asked = 1)
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/system_stats", 200, body: body, contentType: contentType);

        var error = await Assert.ThrowsAsync<ComfyUIProtocolException>(() => scene.Session.CheckAsync(Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.InvalidResponse, error.ErrorId);
        Assert.Contains("/system_stats", error.Request);
        Assert.Contains("login page", error.RecommendedAction);

        // What may have been cut short, with a length made to fit, is asked for again.
        Assert.Equal(asked, scene.Count("GET", "/system_stats"));
    }

    [Fact]
    public async Task Json_that_is_not_utf8_is_an_answer_that_makes_no_sense()
    {
        await using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"system\":\"\u00E9\"}");
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = server.BaseUri });

        Assert.Equal(ComfyUIErrorId.InvalidResponse, (await Assert.ThrowsAsync<ComfyUIProtocolException>(() => session.CheckAsync(Scene.Cancel))).ErrorId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    public async Task A_port_that_speaks_no_http_is_a_lost_connection(string says)
    {
        await using var server = new RawServer(says);

        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => ComfyUISession.ConnectAsync(new ComfyUIConnectionOptions { BaseUri = server.BaseUri }, Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.ConnectionLost, error.ErrorId);
    }

    [Fact]
    public async Task No_answer_in_time_is_a_timeout_and_is_not_tried_again()
    {
        await using Scene scene = await Scene.StartAsync(null, (uri, _) => new ComfyUIConnectionOptions { BaseUri = uri, Timeout = TimeSpan.FromMilliseconds(200) });
        scene.Server.Faults.Hold("GET", "^/system_stats");

        var error = await Assert.ThrowsAsync<ComfyUITimeoutException>(() => scene.Session.CheckAsync(Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.RequestTimeout, error.ErrorId);
        Assert.Contains("0.2 s", error.Message);
        Assert.Contains("-TimeoutSec", error.RecommendedAction);

        // On a busy machine the time is up before the request has arrived.
        Assert.InRange(scene.Count("GET", "/system_stats"), 0, 1);
    }

    [Fact]
    public async Task A_body_that_stops_moving_is_a_timeout_and_one_that_moves_is_none()
    {
        await using var stuck = new RawServer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"system\"", closes: false);
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = stuck.BaseUri, Timeout = TimeSpan.FromMilliseconds(200) });

        await Assert.ThrowsAsync<ComfyUITimeoutException>(() => session.CheckAsync(Scene.Cancel));
    }

    [Fact]
    public async Task Cancelling_ends_a_request_as_cancelled()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Hold("GET", "^/system_stats");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Scene.Cancel);

        Task checking = scene.Session.CheckAsync(cancel.Token);
        await Eventually.TrueAsync(() => scene.Count("GET", "/system_stats") == 1);
        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => checking);
    }

    [Fact]
    public async Task Closing_the_session_ends_a_request_and_says_so()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Hold("GET", "^/system_stats");

        Task checking = scene.Session.CheckAsync(Scene.Cancel);
        await Eventually.TrueAsync(() => scene.Count("GET", "/system_stats") == 1);
        scene.Session.Dispose();

        Assert.Equal(ComfyUIErrorId.SessionClosed, (await Assert.ThrowsAsync<ComfyUIConnectionException>(() => checking)).ErrorId);
        Assert.Equal(ComfyUIErrorId.SessionClosed, (await Assert.ThrowsAsync<ComfyUIConnectionException>(() => scene.Session.CheckAsync(Scene.Cancel))).ErrorId);
    }

    [Fact]
    public async Task Any_route_gives_json_text_or_bytes_as_its_content_type_says()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/text", 200, body: "plain", contentType: "text/plain");
        scene.Server.Faults.Respond("GET", "^/bytes", 200, body: "bytes", contentType: "application/octet-stream");
        scene.Server.Faults.Respond("GET", "^/null", 200, body: "null", contentType: "application/json");
        scene.Server.Faults.Respond("GET", "^/none", 204);

        Assert.Equal("plain", (await GetAsync("/text")).Text);
        Assert.Equal("bytes"u8.ToArray(), (await GetAsync("bytes")).Bytes);
        ComfyUIResponse nothing = await GetAsync("/null");
        Assert.True(nothing.IsJson);
        Assert.Null(nothing.Json);
        Assert.Equal(204, (await GetAsync("/none")).StatusCode);

        Task<ComfyUIResponse> GetAsync(string route) => scene.Session.Server.RequestAsync(HttpMethod.Get, route, cancellationToken: Scene.Cancel);
    }
}
