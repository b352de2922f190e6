using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>Who we are arrives with every request and with the WebSocket's upgrade, and nowhere else.</summary>
public sealed class AuthenticationTests
{
    [Fact]
    public async Task Basic_credentials_arrive_on_http_and_on_the_socket()
    {
        await using Scene scene = await StartAsync(
            new TestServerOptions { UserName = "m\u00FCller", Password = "p\u00E4ss:w#rd" },
            ComfyUICredential.Basic("m\u00FCller", "p\u00E4ss:w#rd"));

        await RunAsync(scene);

        string expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("m\u00FCller:p\u00E4ss:w#rd"));
        Assert.All(scene.Server.Requests, request => Assert.Equal(expected, request.Headers["Authorization"]));
        Assert.Equal(1, scene.Count("GET", "/ws"));
    }

    [Fact]
    public async Task A_token_arrives_on_http_and_on_the_socket()
    {
        await using Scene scene = await StartAsync(new TestServerOptions { BearerToken = "t0ken" }, ComfyUICredential.Bearer("t0ken"));

        await RunAsync(scene);

        Assert.All(scene.Server.Requests, request => Assert.Equal("Bearer t0ken", request.Headers["Authorization"]));
    }

    [Fact]
    public async Task User_information_in_the_address_is_used_and_taken_out()
    {
        await using Scene scene = await Scene.StartAsync(
            new TestServerOptions { UserName = "me", Password = "my word" },
            (uri, _) => new ComfyUIConnectionOptions { BaseUri = new UriBuilder(uri) { UserName = "me", Password = "my%20word" }.Uri });

        await RunAsync(scene);

        Assert.Equal(scene.Server.BaseUri, scene.Session.BaseUri);
    }

    [Fact]
    public async Task Headers_of_the_user_arrive_on_http_and_on_the_socket_and_win_over_ours()
    {
        await using Scene scene = await Scene.StartAsync(null, (uri, _) => new ComfyUIConnectionOptions
        {
            BaseUri = uri,
            Credential = ComfyUICredential.Bearer("ours"),
            Headers = new Dictionary<string, string> { ["X-Api-Key"] = "k3y", ["Authorization"] = "Custom theirs" },
        });

        await RunAsync(scene);

        Assert.All(scene.Server.Requests, request => Assert.Equal(["k3y", "Custom theirs"], [request.Headers["X-Api-Key"], request.Headers["Authorization"]]));
    }

    [Fact]
    public async Task A_path_prefix_is_kept_on_http_and_on_the_socket()
    {
        await using Scene scene = await Scene.StartAsync(
            new TestServerOptions { PathPrefix = "/comfy/one" },
            (uri, _) => new ComfyUIConnectionOptions { BaseUri = new Uri(uri.ToString().TrimEnd('/')) });

        await RunAsync(scene);

        Assert.All(scene.Server.Requests, request => Assert.StartsWith("/comfy/one/", request.Path));
    }

    [Fact]
    public async Task Cookies_are_kept_for_http_and_for_the_socket()
    {
        await using Scene scene = await Scene.StartAsync(new TestServerOptions { SessionCookie = "pin" });
        await scene.Session.CheckAsync(Scene.Cancel);

        await RunAsync(scene);

        Assert.All(scene.Server.Requests.Skip(1), request => Assert.Contains("pin=granted", request.Headers["Cookie"]));
        Assert.Null(scene.Session.Jobs.EventProblem);
    }

    [Theory]
    [InlineData("http://gpu.example/", true)]
    [InlineData("http://10.0.0.1:8188/", true)]
    [InlineData("http://localhost.example/", true)]
    [InlineData("https://gpu.example/", false)]
    [InlineData("http://localhost:8188/", false)]
    [InlineData("http://127.0.0.1:8188/", false)]
    [InlineData("http://[::1]:8188/", false)]
    public void Credentials_over_plain_http_to_another_machine_are_refused(string address, bool refused)
    {
        ComfyUIConnectionOptions[] all =
        [
            new() { BaseUri = new Uri(address), Credential = ComfyUICredential.Bearer("hunter2") },
            new() { BaseUri = new UriBuilder(address) { UserName = "me", Password = "hunter2" }.Uri },
            new() { BaseUri = new Uri(address), Headers = new Dictionary<string, string> { ["Authorization"] = "hunter2" } },
            new() { BaseUri = new Uri(address), Headers = new Dictionary<string, string> { ["X-Api-Key"] = "hunter2" } },
        ];

        Assert.All(all, options =>
        {
            Exception? error = Record.Exception(() => new ComfyUISession(options).Dispose());
            Assert.Equal(refused ? ComfyUIErrorId.UnencryptedAuthentication : null, (error as ComfyUIConnectionException)?.ErrorId);
            Assert.DoesNotContain("hunter2", error?.ToString() ?? string.Empty);
        });
    }

    [Fact]
    public void Credentials_over_plain_http_are_allowed_to_who_insists_and_needless_without_credentials()
    {
        var uri = new Uri("http://gpu.example/");
        new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = uri, Credential = ComfyUICredential.Bearer("t"), AllowUnencryptedAuthentication = true }).Dispose();
        new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = uri, Headers = new Dictionary<string, string> { ["X-Trace"] = "1" } }).Dispose();
    }

    [Theory]
    [InlineData("X-Key", "hunter2\r\nX-More: 1")]
    [InlineData("X-Key", "hunter2\u00E4")]
    [InlineData("X Key", "hunter2")]
    [InlineData("", "hunter2")]
    [InlineData("Content-Type", "hunter2")]
    [InlineData("token", "hunter2\n")]
    [InlineData("token", "hunter 2")]
    [InlineData("token", "")]
    public void What_cannot_be_sent_is_refused_at_once_and_not_shown(string name, string value)
    {
        bool isToken = name == "token";
        var options = new ComfyUIConnectionOptions
        {
            Credential = isToken ? ComfyUICredential.Bearer(value) : null,
            Headers = isToken ? new Dictionary<string, string>() : new Dictionary<string, string> { [name] = value },
        };

        var error = Assert.Throws<ComfyUIException>(() => new ComfyUISession(options).Dispose());

        Assert.Equal(ComfyUIErrorId.InvalidConfiguration, error.ErrorId);
        Assert.DoesNotContain("hunter", error.ToString());
    }

    [Theory]
    [InlineData("//evil.example/x")]
    [InlineData("\\\\evil.example/x")]
    [InlineData("/\\\\evil.example/x")]
    [InlineData("\\/evil.example/x")]
    [InlineData("http://evil.example/x")]
    [InlineData("https:evil.example/x")]
    [InlineData("///evil.example/x")]
    public async Task A_route_cannot_lead_to_another_host(string route)
    {
        await using Scene scene = await StartAsync(null, ComfyUICredential.Bearer("t0ken"));

        try
        {
            await scene.Session.Server.RequestAsync(HttpMethod.Get, route, cancellationToken: Scene.Cancel);
        }
        catch (ComfyUIException e) when (e.ErrorId is ComfyUIErrorId.InvalidConfiguration)
        {
            Assert.Empty(scene.Server.Requests);
        }
        catch (ComfyUINotFoundException)
        {
            // It went to our own server, which has no such route.
            Assert.Single(scene.Server.Requests);
        }
    }

    private static async Task<Scene> StartAsync(TestServerOptions? options, ComfyUICredential credential)
        => await Scene.StartAsync(options, (uri, _) => new ComfyUIConnectionOptions { BaseUri = uri, Credential = credential });

    private static async Task RunAsync(Scene scene)
    {
        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel);
        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Single(job.Files);
    }
}
