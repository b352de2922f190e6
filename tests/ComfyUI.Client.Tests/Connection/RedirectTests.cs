using System;
using System.Linq;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>Redirects are followed within the origin only: credentials and jobs never go to another server.</summary>
public sealed class RedirectTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_within_the_origin_is_followed(int status)
    {
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Redirect("GET", "^/system_stats", "/api/system_stats", status);

        await scene.Session.CheckAsync(Scene.Cancel);

        Assert.Equal(["/system_stats", "/api/system_stats"], scene.Server.Requests.Select(request => request.Path));
        Assert.All(scene.Server.Requests, request => Assert.Equal("Bearer t0ken", request.Headers["Authorization"]));
    }

    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    public async Task Another_origin_gets_neither_request_nor_credentials(int status)
    {
        await using TestComfyServer other = await TestComfyServer.StartAsync(cancellationToken: Scene.Cancel);
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Redirect(null, "^/(system_stats|prompt)", new Uri(other.BaseUri, "system_stats?next=hunter2").ToString(), status);

        var check = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => scene.Session.CheckAsync(Scene.Cancel));
        var submit = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel));

        Assert.Empty(other.Requests);
        Assert.All([check, submit], error =>
        {
            Assert.Equal(ComfyUIErrorId.RedirectRefused, error.ErrorId);
            Assert.Equal(status, error.StatusCode);
            Assert.Contains(other.BaseUri.ToString(), error.Message);
            Assert.DoesNotContain("hunter2", error.ToString());
        });
        Assert.Equal(1, scene.Count("POST", "/prompt"));
    }

    [Fact]
    public async Task A_body_is_sent_on_only_where_the_status_keeps_the_method()
    {
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Redirect("POST", "^/prompt", "/api/prompt", 307, times: 1);
        scene.Server.Faults.Redirect("POST", "^/api/prompt", "/prompt", 302, times: 1);

        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel));
        ComfyUIJob job = await scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIErrorId.RedirectRefused, error.ErrorId);
        await scene.Server.Jobs.WhenFinishedAsync(job.Id, Scene.Cancel);
    }

    [Fact]
    public async Task A_circle_of_redirects_ends()
    {
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Redirect("GET", "^/system_stats", "/system_stats");

        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => scene.Session.CheckAsync(Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.RedirectRefused, error.ErrorId);
        Assert.Equal(6, scene.Server.Requests.Count);
    }

    [Theory]
    [InlineData("mailto:somebody@example.org")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("//evil.example/")]
    [InlineData("https://me:hunter2@evil.example/")]
    public async Task An_odd_target_is_refused_like_any_other(string location)
    {
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Redirect("GET", "^/system_stats", location);

        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => scene.Session.CheckAsync(Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.RedirectRefused, error.ErrorId);
        Assert.DoesNotContain("hunter2", error.ToString());
    }

    [Fact]
    public async Task The_log_tells_of_a_redirect_that_was_refused()
    {
        await using Scene scene = await StartAsync();
        scene.Server.Faults.Redirect("GET", "^/system_stats", "https://login.example/?token=hunter2");
        ComfyUIRequestTrace? seen = null;

        using (scene.Session.ObserveRequests(trace => seen = trace))
        {
            await Assert.ThrowsAsync<ComfyUIConnectionException>(() => scene.Session.CheckAsync(Scene.Cancel));
        }

        Assert.Equal(302, seen!.StatusCode);
        Assert.Contains("https://login.example/", seen.Error);
        Assert.DoesNotContain("hunter2", seen.ToString());
    }

    private static Task<Scene> StartAsync()
        => Scene.StartAsync(null, (uri, _) => new ComfyUIConnectionOptions { BaseUri = uri, Credential = ComfyUICredential.Bearer("t0ken") });
}
