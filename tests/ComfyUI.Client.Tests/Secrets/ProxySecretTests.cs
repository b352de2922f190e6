using System;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Secrets;

/// <summary>Credentials for a proxy, which .NET itself likes to repeat; and what a proxy must not get to see.</summary>
public sealed class ProxySecretTests
{
    private static readonly Uri Behind = new("http://comfy.invalid:8188/");

    [Fact]
    public async Task User_information_in_the_proxys_address_is_used()
    {
        await using Scene scene = await Scene.StartAsync();
        await using var proxy = new ForwardProxy(scene.Server.BaseUri, password: "c4nary word");
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = Behind, Proxy = WithUser(proxy.BaseUri, "c4nary%20word") });

        await session.CheckAsync(Scene.Cancel);

        Assert.Single(scene.Server.Requests);
    }

    [Theory]
    [InlineData("http://comfy.invalid:8188/")]
    [InlineData("https://comfy.invalid:8188/")]
    public async Task No_error_about_a_proxy_shows_its_credentials(string server)
    {
        await using Scene scene = await Scene.StartAsync();
        await using var proxy = new ForwardProxy(scene.Server.BaseUri, password: "another");
        var clock = new FakeClock();
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = new Uri(server), Proxy = WithUser(proxy.BaseUri, "c4nary"), Clock = clock });

        var error = await Assert.ThrowsAnyAsync<ComfyUIException>(() => clock.PassUntilAsync(
            session.Server.RequestAsync(HttpMethod.Get, "/x", cancellationToken: Scene.Cancel)));
        await clock.PassUntilAsync(SubmitAsync(session));

        Assert.Empty(Canary.FoundIn(error + Everything.Of(error)));
        Assert.Empty(Canary.FoundIn(session.Jobs.EventProblem ?? string.Empty));
    }

    [Fact]
    public async Task The_proxy_of_the_environment_is_not_asked_for_this_machine()
    {
        await using Scene scene = await Scene.StartAsync();
        await using var proxy = new ForwardProxy(scene.Server.BaseUri);
        // For all of the process: other tests give a proxy of their own or speak to this machine.
        IWebProxy before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(proxy.BaseUri);
        try
        {
            using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = scene.Server.BaseUri, Credential = ComfyUICredential.Basic("ada", "c4nary") });
            await session.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }

        Assert.Empty(proxy.Requests);
        Assert.Equal(1, scene.Count("GET", "/ws"));
    }

    private static Uri WithUser(Uri proxy, string password) => new UriBuilder(proxy) { UserName = "ada", Password = password }.Uri;

    private static async Task<bool> SubmitAsync(ComfyUISession session)
    {
        try
        {
            await session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel);
            return true;
        }
        catch (ComfyUIException)
        {
            return false;
        }
    }
}
