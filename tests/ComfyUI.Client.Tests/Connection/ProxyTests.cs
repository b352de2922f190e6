using System;
using System.Net;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>A proxy that is given is used for HTTP and for the WebSocket. The server's name exists behind the proxy only.</summary>
public sealed class ProxyTests
{
    private static readonly Uri Behind = new("http://comfy.invalid:8188/");

    [Fact]
    public async Task Http_and_socket_go_through_the_proxy()
    {
        await using Scene scene = await Scene.StartAsync();
        await using var proxy = new ForwardProxy(scene.Server.BaseUri);
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = Behind, Proxy = proxy.BaseUri });

        ComfyUIJob job = await session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Null(session.Jobs.EventProblem);
        Assert.Equal(1, scene.Count("GET", "/ws"));
        Assert.Contains("POST http://comfy.invalid:8188/prompt HTTP/1.1", proxy.Requests);
        Assert.Contains(proxy.Requests, line => line.StartsWith("CONNECT comfy.invalid:8188", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_proxy_that_wants_credentials_gets_those_it_was_given()
    {
        await using Scene scene = await Scene.StartAsync();
        await using var proxy = new ForwardProxy(scene.Server.BaseUri, password: "s3cret");
        using var with = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = Behind, Proxy = proxy.BaseUri, ProxyCredential = new NetworkCredential("me", "s3cret") });
        using var without = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = Behind, Proxy = proxy.BaseUri });

        await with.CheckAsync(Scene.Cancel);
        var error = await Assert.ThrowsAsync<ComfyUIAuthenticationException>(() => without.CheckAsync(Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.ProxyAuthenticationRequired, error.ErrorId);
        Assert.Contains("-ProxyCredential", error.RecommendedAction);
        Assert.Single(scene.Server.Requests);
    }

    [Fact]
    public async Task Without_a_proxy_the_server_is_asked_directly()
    {
        await using Scene scene = await Scene.StartAsync();
        await using var proxy = new ForwardProxy(scene.Server.BaseUri);
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = scene.Server.BaseUri, Proxy = proxy.BaseUri, NoProxy = true });

        await session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);

        Assert.Empty(proxy.Requests);
        Assert.Equal(1, scene.Count("GET", "/ws"));
    }
}
