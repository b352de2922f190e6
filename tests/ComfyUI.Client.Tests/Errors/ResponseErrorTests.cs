using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Errors;

/// <summary>Each way of failing has its own type and id, the server's words and an advice.</summary>
public sealed class ResponseErrorTests
{
    [Theory]
    [InlineData(401, typeof(ComfyUIAuthenticationException), ComfyUIErrorId.AuthenticationFailed, "-Credential")]
    [InlineData(403, typeof(ComfyUIForbiddenException), ComfyUIErrorId.Forbidden, "account")]
    [InlineData(404, typeof(ComfyUINotFoundException), ComfyUIErrorId.NotFound, "prefix")]
    [InlineData(400, typeof(ComfyUIException), ComfyUIErrorId.RequestRejected, "takes")]
    [InlineData(405, typeof(ComfyUIException), ComfyUIErrorId.RequestRejected, "takes")]
    [InlineData(407, typeof(ComfyUIAuthenticationException), ComfyUIErrorId.ProxyAuthenticationRequired, "-Proxy")]
    [InlineData(413, typeof(ComfyUIException), ComfyUIErrorId.RequestTooLarge, "--max-upload-size")]
    [InlineData(408, typeof(ComfyUITimeoutException), ComfyUIErrorId.RequestTimeout, "again")]
    [InlineData(429, typeof(ComfyUIServerException), ComfyUIErrorId.TooManyRequests, "-ThrottleLimit")]
    [InlineData(500, typeof(ComfyUIServerException), ComfyUIErrorId.ServerError, "log")]
    [InlineData(502, typeof(ComfyUIServerException), ComfyUIErrorId.ServerError, "proxy")]
    [InlineData(599, typeof(ComfyUIServerException), ComfyUIErrorId.ServerError, "log")]
    public async Task A_status_becomes_its_error(int status, Type type, string errorId, string advice)
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        scene.Server.Faults.Respond("GET", "^/x", status, body: "the server's own words");

        var error = (ComfyUIException)await Assert.ThrowsAsync(type, () => scene.Clock.PassUntilAsync(GetAsync(scene)));

        Assert.Equal((errorId, status, "the server's own words"), (error.ErrorId, error.StatusCode, error.ServerMessage));
        Assert.Equal($"GET {scene.Server.BaseUri}x?token=***", error.Request);
        Assert.Contains(advice, error.RecommendedAction);
        Assert.DoesNotContain("hunter2", error.ToString());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_failed_connection()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        await scene.Server.StopAsync(Scene.Cancel);

        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => scene.Clock.PassUntilAsync(GetAsync(scene)));

        Assert.Equal(ComfyUIErrorId.ConnectionFailed, error.ErrorId);
        Assert.Null(error.StatusCode);
        Assert.Contains(scene.Server.BaseUri.ToString(), error.Message);
        Assert.Contains("port", error.RecommendedAction);
        await scene.Server.ResumeAsync(Scene.Cancel);
    }

    [Fact]
    public async Task A_host_that_nobody_knows_is_a_failed_connection()
    {
        var clock = new FakeClock();
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = new Uri("http://nowhere.invalid:8188"), Clock = clock, NoProxy = true });

        Task<bool> check = CheckAsync();
        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => clock.PassUntilAsync(check));

        Assert.Equal(ComfyUIErrorId.ConnectionFailed, error.ErrorId);

        async Task<bool> CheckAsync()
        {
            await session.CheckAsync(Scene.Cancel);
            return true;
        }
    }

    [Theory]
    [InlineData("{\"error\":{\"message\":\"No\",\"details\":\"really\"}}", "No: really")]
    [InlineData("{\"error\":\"just text\"}", "just text")]
    [InlineData("{\"error\":[1]}", "{\"error\":[1]}")]
    [InlineData("{broken", "{broken")]
    [InlineData("<html><head><TITLE> 502 Bad Gateway </TITLE></head><body>nginx</body></html>", "502 Bad Gateway")]
    [InlineData("<html>no title</html>", "an HTML page")]
    [InlineData("  plain\u001B[31m words ", "plain [31m words")]
    [InlineData("", null)]
    public async Task The_servers_words_are_found_in_whatever_it_sends(string body, string? said)
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/x", 500, body: body);

        var error = await Assert.ThrowsAsync<ComfyUIServerException>(() => GetAsync(scene));

        Assert.Equal(said, error.ServerMessage);
    }

    [Fact]
    public async Task The_servers_endless_words_are_shortened()
    {
        await using Scene scene = await Scene.StartAsync();
        scene.Server.Faults.Respond("GET", "^/x", 500, body: new string('x', 1_000_000));

        var error = await Assert.ThrowsAsync<ComfyUIServerException>(() => GetAsync(scene));

        Assert.True(error.ServerMessage!.Length <= 4001);
        Assert.True(error.Message.Length < 1000);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(200)]
    public async Task A_server_that_repeats_our_credentials_does_not_get_them_into_an_error(int status)
    {
        string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("me:hunter2hunter2"));
        await using Scene scene = await Scene.StartAsync(null, (uri, _) => new ComfyUIConnectionOptions
        {
            BaseUri = uri,
            Credential = ComfyUICredential.Basic("me", "hunter2hunter2"),
            Headers = new Dictionary<string, string> { ["X-Api-Key"] = "k3yk3yk3y" },
        });
        scene.Server.Faults.Respond("GET", "^/x", status, body: $"You sent: {basic} / hunter2hunter2 / k3yk3yk3y", contentType: "application/json");

        var error = await Assert.ThrowsAnyAsync<ComfyUIException>(() => GetAsync(scene));

        Assert.Equal("You sent: *** / *** / ***", error.ServerMessage);
        Assert.DoesNotContain("k3yk3y", error.ToString());
        Assert.DoesNotContain(basic, error.ToString());
    }

    private static Task<ComfyUIResponse> GetAsync(Scene scene)
        => scene.Session.Server.RequestAsync(HttpMethod.Get, "/x?token=hunter2", cancellationToken: Scene.Cancel);
}
