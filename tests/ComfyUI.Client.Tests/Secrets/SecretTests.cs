using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Secrets;

/// <summary>
/// Credentials that are known, in every form, against a server that repeats them in every answer: no error, trace, log or object may
/// show one.
/// </summary>
public sealed class SecretTests
{
    public static TheoryData<string> Forms => [.. Canary.All.Select(canary => canary.Name)];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task No_error_trace_log_or_object_shows_a_credential(string form)
    {
        Canary canary = Canary.All.Single(one => one.Name == form);
        using var folder = new TempFolder();
        await using Scene scene = await Scene.StartAsync(null, (uri, clock) => canary.Options(uri, folder["run.log"], clock));
        Repeat(scene.Server.Faults, canary);
        var shown = new StringBuilder(Everything.Of(scene.Session));
        int failures = 0;

        using (scene.Session.ObserveRequests(trace => shown.AppendLine(Everything.Of(trace))))
        {
            foreach (Func<ComfyUISession, Task<object?>> call in Calls(folder))
            {
                try
                {
                    shown.AppendLine(Everything.Of(await scene.Clock.PassUntilAsync(call(scene.Session))));
                }
                catch (ComfyUIException e)
                {
                    failures++;
                    shown.AppendLine(e.ToString()).AppendLine(Everything.Of(e));
                }
            }
        }

        shown.Append(File.ReadAllText(folder["run.log"]));
        Assert.True(failures >= 10, $"Only {failures} calls failed: the canary must be seen to have been near.");
        Assert.Empty(Canary.FoundIn(shown.ToString()));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_server_that_is_not_there_or_breaks_off_brings_none_to_light(string form)
    {
        Canary canary = Canary.All.Single(one => one.Name == form);
        using var folder = new TempFolder();
        await using Scene scene = await Scene.StartAsync(null, (uri, clock) => canary.Options(uri, folder["run.log"], clock));
        scene.Server.Faults.Drop(null, "^/x");
        scene.Server.Faults.CutBody("GET", "^/object_info", 10);
        var shown = new StringBuilder();

        shown.Append((await FailAsync(scene, () => RequestAsync(scene.Session, "/x"))).ToString());
        shown.Append((await FailAsync(scene, () => scene.Session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel))).ToString());
        await scene.Server.StopAsync(Scene.Cancel);
        shown.Append(Everything.Of(await FailAsync(scene, () => RequestAsync(scene.Session, "/x"))));
        await scene.Server.ResumeAsync(Scene.Cancel);
        scene.Session.Dispose();
        shown.Append(Everything.Of(await FailAsync(scene, () => RequestAsync(scene.Session, "/x"))));

        shown.Append(File.ReadAllText(folder["run.log"]));
        Assert.Empty(Canary.FoundIn(shown.ToString()));
    }

    [Fact]
    public async Task The_query_of_the_address_goes_along_with_every_request_and_the_socket()
    {
        await using Scene scene = await Scene.StartAsync(null, (uri, _) => new ComfyUIConnectionOptions { BaseUri = new Uri(uri, "?token=c4nary%2B1&theme=dark&api_key=c4nary2") });

        await scene.Session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        await scene.Session.Server.RequestAsync(HttpMethod.Get, "/history?max_items=1", cancellationToken: Scene.Cancel);

        Assert.Equal(1, scene.Count("GET", "/ws"));
        Assert.All(scene.Server.Requests, request => Assert.EndsWith("token=c4nary%2B1&api_key=c4nary2", request.Path));
        Assert.Contains(scene.Server.Requests, request => request.Path == "/history?max_items=1&token=c4nary%2B1&api_key=c4nary2");
        Assert.Equal("Query", scene.Session.Authentication);
        Assert.Equal(scene.Server.BaseUri, scene.Session.BaseUri);
    }

    [Fact]
    public async Task The_query_is_kept_on_a_redirect_within_the_server_and_sent_to_no_other()
    {
        await using Scene scene = await Scene.StartAsync(null, (uri, _) => new ComfyUIConnectionOptions { BaseUri = new Uri(uri, "?token=c4nary") });
        scene.Server.Faults.Redirect("GET", "^/x", "/features");
        scene.Server.Faults.Redirect("GET", "^/y", "http://elsewhere.invalid/");

        await RequestAsync(scene.Session, "/x");
        await Assert.ThrowsAsync<ComfyUIConnectionException>(() => RequestAsync(scene.Session, "/y"));

        Assert.Equal(["/x?token=c4nary", "/features?token=c4nary", "/y?token=c4nary"], scene.Server.Requests.Select(request => request.Path));
    }

    [Fact]
    public void A_query_that_holds_a_secret_is_not_sent_over_plain_http_to_another_machine()
    {
        var error = Assert.Throws<ComfyUIConnectionException>(() => new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = new Uri("http://gpu.example/?token=c4nary") }));

        Assert.Equal(ComfyUIErrorId.UnencryptedAuthentication, error.ErrorId);
        Assert.Empty(Canary.FoundIn(error.ToString()));
    }

    [Theory]
    [InlineData("me:c4nary@host:8188")]
    [InlineData("ftp://me:c4nary@host/")]
    [InlineData("mailto:c4nary@host")]
    public void An_address_that_is_none_is_not_repeated(string address)
    {
        var error = Assert.ThrowsAny<ComfyUIException>(() => new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = new Uri(address) }));

        Assert.Empty(Canary.FoundIn(Everything.Of(error) + error));
    }

    [Fact]
    public async Task A_secret_is_not_cut_in_two_where_the_servers_words_are_cut()
    {
        await using Scene scene = await Scene.StartAsync(null, (uri, _) => new ComfyUIConnectionOptions { BaseUri = uri, Credential = ComfyUICredential.Bearer("c4naryTokenOfSomeLength") });
        foreach (int before in new[] { 980, 3990, 64 * 1024 - 10 })
        {
            scene.Server.Faults.Respond("GET", $"^/json{before}", 200, body: new string('x', before) + "c4naryTokenOfSomeLength", contentType: "application/json");
            scene.Server.Faults.Respond("GET", $"^/text{before}", 500, body: new string('x', before) + "c4naryTokenOfSomeLength");

            foreach (string route in new[] { $"/json{before}", $"/text{before}" })
            {
                var error = await Assert.ThrowsAnyAsync<ComfyUIException>(() => RequestAsync(scene.Session, route));
                Assert.Empty(Canary.FoundIn(Everything.Of(error) + error));
            }
        }
    }

    [Theory]
    [InlineData("Authorization", "Bearer c4naryToken+/==")]
    [InlineData("Authorization", "Basic c4naryToken==")]
    [InlineData("Cookie", "theme=dark; session=c4naryToken")]
    public async Task The_secret_part_of_a_header_is_a_secret(string name, string value)
    {
        await using Scene scene = await Scene.StartAsync(null, (uri, _) => new ComfyUIConnectionOptions { BaseUri = uri, Headers = new Dictionary<string, string> { [name] = value } });
        scene.Server.Faults.Respond("GET", "^/x", 401, body: "c4naryToken" + (value.Contains("+/") ? "+/" : string.Empty));

        var error = await Assert.ThrowsAsync<ComfyUIAuthenticationException>(() => RequestAsync(scene.Session, "/x"));

        Assert.Equal("***", error.ServerMessage);
    }

    [Theory]
    [InlineData("api_key_comfy_org")]
    [InlineData("auth_token_comfy_org")]
    public async Task Keys_for_paid_services_go_to_the_server_and_are_shown_nowhere_else(string name)
    {
        using var folder = new TempFolder();
        await using Scene scene = await Scene.StartAsync(null, (uri, _) => new ComfyUIConnectionOptions { BaseUri = uri, LogPath = folder["run.log"] });
        ComfyUIWorkflow failing = WithKey(Graphs.Failing(1, "the service does not take c4naryKey-1"), name);
        var shown = new StringBuilder();
        using (scene.Session.ObserveRequests(trace => shown.AppendLine(Everything.Of(trace))))
        {
            ComfyUIJob job = await scene.Session.Jobs.RunAsync(failing, cancellationToken: Scene.Cancel);
            Assert.Contains("does not take ***", job.Error!.Message);
            shown.Append(Everything.Of(job)).Append(job.Error).Append(Everything.Of(await scene.Session.Jobs.GetAsync(job.Id, Scene.Cancel)));
            shown.Append(Everything.Of(await scene.Session.Jobs.ListAsync(mostFinished: null, Scene.Cancel)));
            scene.Server.Faults.Respond("POST", "^/prompt", 400, body: $$"""{"error":"no good: {\"{{name}}\": \"c4naryKey-1\"}"}""", times: 1);
            shown.Append(Everything.Of(await Assert.ThrowsAnyAsync<ComfyUIException>(() => scene.Session.Jobs.SubmitAsync(WithKey(Graphs.Picture(2), name), cancellationToken: Scene.Cancel))));
        }

        Assert.Contains("c4naryKey-1", scene.Server.Requests.First(request => request.Method == "POST").Body);
        Assert.Empty(Canary.FoundIn(shown + File.ReadAllText(folder["run.log"]) + failing + Everything.Of(failing) + WithKey(Graphs.Picture(2), name).ToJson()));
    }

    [Fact]
    public async Task The_servers_log_does_not_repeat_what_the_session_sent_it()
    {
        await using Scene scene = await Scene.StartAsync(null, (uri, _) => new ComfyUIConnectionOptions { BaseUri = uri, Credential = ComfyUICredential.Bearer("c4naryToken") });
        scene.Server.Faults.Respond("GET", "^/internal/logs/raw", 200, body: """{"entries":[{"t":"2026-11-22T12:00:00","m":"GET /ws Authorization: Bearer c4naryToken\n"}]}""", contentType: "application/json");

        Assert.Equal("GET /ws Authorization: Bearer ***", Assert.Single(await scene.Session.Logs.GetAsync(Scene.Cancel)).Message);
    }

    [Fact]
    public async Task A_closed_session_holds_no_secret_any_more()
    {
        foreach (Canary canary in Canary.All)
        {
            using var folder = new TempFolder();
            await using Scene scene = await Scene.StartAsync(null, (uri, clock) => canary.Options(uri, folder["run.log"], clock));
            await scene.Session.Server.GetStatusAsync(Scene.Cancel);
            scene.Session.Dispose();

            // A connection lets go of its last request when it is closed, which another thread does.
            await Eventually.TrueAsync(() => Memory.Secrets(scene.Session, "c4nary").Count == 0);
        }
    }

    [Fact]
    public void Looking_into_memory_finds_what_is_there()
    {
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { Headers = new Dictionary<string, string> { ["X-Api-Key"] = "c4nary" }, Credential = ComfyUICredential.Bearer("c4naryToken") });

        Assert.Equal(2, Memory.Secrets(session, "c4nary").Count);
    }

    private static ComfyUIWorkflow WithKey(ComfyUIWorkflow workflow, string name)
        => ComfyUIWorkflow.Parse("{\"prompt\":" + workflow.ToJson() + ",\"extra_data\":{\"" + name + "\":\"c4naryKey-1\"}}", "keyed.json");

    private static Task<ComfyUIResponse> RequestAsync(ComfyUISession session, string route)
        => session.Server.RequestAsync(HttpMethod.Get, route, cancellationToken: Scene.Cancel);

    private static async Task<ComfyUIException> FailAsync<T>(Scene scene, Func<Task<T>> call)
        => await Assert.ThrowsAnyAsync<ComfyUIException>(() => scene.Clock.PassUntilAsync(call()));

    private static void Repeat(FaultPlan faults, Canary canary)
    {
        string echo = canary.Echo;
        string json = System.Text.Json.JsonEncodedText.Encode(echo).ToString();
        string rejected = """
            {"error":{"type":"x","message":"ECHO","details":"ECHO"},
             "node_errors":{"1":{"class_type":"ECHO","errors":[{"type":"ECHO","message":"ECHO","details":"ECHO","extra_info":{"input_name":"ECHO","received_value":"ECHO"}}]}}}
            """.Replace("ECHO", json, StringComparison.Ordinal);
        faults.Respond(null, "^/text", 500, body: echo);
        faults.Respond(null, "^/html", 502, body: $"<html><title>{echo}</title></html>", contentType: "text/html");
        faults.Respond(null, "^/json", 403, body: $$"""{"error":"{{json}}"}""", contentType: "application/json");
        faults.Respond(null, "^/broken", 200, body: "{" + echo, contentType: "application/json; charset=" + canary.EscapedEcho);
        faults.Respond(null, "^/literal", 200, body: "no " + echo, contentType: "application/json");
        faults.Respond("GET", "^/object_info", 200, times: 1, body: "no " + echo, contentType: "application/json");
        faults.Respond(null, "^/challenge", 401, body: echo, headers: new Dictionary<string, string> { ["WWW-Authenticate"] = canary.EscapedEcho });
        faults.Respond(null, "^/elsewhere", 307, headers: new Dictionary<string, string> { ["Location"] = "http://elsewhere.invalid/" + canary.EscapedEcho });
        faults.Respond("POST", "^/prompt", 400, body: rejected, contentType: "application/json");
        faults.Respond("GET", "^/queue", 200, body: $$"""{"said":"{{json}}"}""", contentType: "application/json");
        faults.Respond("GET", "^/history", 404, body: echo);
        faults.Respond("GET", "^/object_info", 200, body: "\"" + json + "\"", contentType: "application/json");
        faults.Respond("GET", "^/view", 500, body: echo);
        faults.Respond("GET", "^/ws", 403, body: echo);
        faults.Respond("POST", "^/upload", 413, body: echo);
        faults.Respond("GET", "^/settings", 500, body: echo);
        faults.Respond(null, "^/(v2/)?userdata", 400, body: echo);
        faults.Respond("GET", "^/internal/logs", 403, body: echo);
        faults.Respond("GET", "^/models", 500, body: echo);
        faults.Respond("GET", "^/api/view", 500, body: echo);
    }

    private static IEnumerable<Func<ComfyUISession, Task<object?>>> Calls(TempFolder folder)
    {
        File.WriteAllText(folder["a.png"], "no picture");
        foreach (string route in new[] { "/literal", "/text", "/html", "/json", "/broken", "/challenge", "/elsewhere" })
        {
            yield return async session => await RequestAsync(session, route);
        }

        yield return async session => await session.Server.GetStatusAsync(Scene.Cancel);
        yield return async session => await session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        yield return async session => await session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        yield return async session => await session.Jobs.ListAsync(mostFinished: null, Scene.Cancel);
        yield return async session => await session.Jobs.GetAsync("none", Scene.Cancel);
        yield return async session => await session.Nodes.GetCatalogueAsync(refresh: true, Scene.Cancel);
        yield return async session => await session.Nodes.GetCatalogueAsync(cancellationToken: Scene.Cancel);
        yield return async session => await session.Files.SendAsync(folder["a.png"], new ComfyUIUploadOptions(), null, Scene.Cancel);
        yield return async session => await session.Settings.GetAllAsync(Scene.Cancel);
        yield return async session => await session.UserFiles.ListAsync(cancellationToken: Scene.Cancel);
        yield return async session => await session.Logs.GetAsync(Scene.Cancel);
        yield return async session => await session.Models.ListFoldersAsync(Scene.Cancel);
        yield return async session => await session.Workflows.DownloadAsync(new Uri(session.BaseUri, "view?filename=a.png&token=c4nary"), Scene.Cancel);
        yield return async session => await session.Server.DownloadAsync(HttpMethod.Get, "/text", folder["text"], cancellationToken: Scene.Cancel);
    }
}
