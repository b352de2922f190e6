using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests.Secrets;

/// <summary>What somebody would try who wants credentials sent elsewhere, or files written elsewhere.</summary>
public sealed class AttackTests
{
    [Theory]
    [InlineData("http://elsewhere.invalid/view?filename=a.png")]
    [InlineData("https://HOST/view?filename=a.png")]
    [InlineData("http://HOST@elsewhere.invalid/view?filename=a.png")]
    [InlineData("http://127.0.0.1.elsewhere.invalid/view")]
    [InlineData("http://127.0.0.1:9/view")]
    [InlineData("http://[::ffff:127.0.0.1]:9/view")]
    public async Task A_workflow_is_not_fetched_from_another_server(string address)
    {
        await using Scene scene = await Scene.StartAsync(null, (uri, _) => new ComfyUIConnectionOptions { BaseUri = uri, Credential = ComfyUICredential.Bearer("c4naryToken") });
        var uri = new Uri(address.Replace("HOST", scene.Server.BaseUri.Authority, StringComparison.Ordinal));

        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => scene.Session.Workflows.DownloadAsync(uri, Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.RedirectRefused, error.ErrorId);
        Assert.Empty(scene.Server.Requests);
    }

    [Theory]
    [InlineData("http://good.example@evil.example/", "evil.example")]
    [InlineData("http://good.example:80@evil.example/", "evil.example")]
    [InlineData("http://good.example%2f@evil.example/", "evil.example")]
    [InlineData("http://evil.example#@good.example/", "evil.example")]
    [InlineData("http://evil.example?@good.example/", "evil.example")]
    [InlineData("http://g\u043E\u043Ed.example/", "xn--gd-fmca.example")]
    [InlineData("http://[::1]/", "[::1]")]
    [InlineData("http://127.1/", "127.0.0.1")]
    public void The_server_of_an_address_is_the_one_that_is_shown(string address, string host)
    {
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = ConnectionSettings.ParseUri(address), AllowUnencryptedAuthentication = true });

        Assert.Equal(host, session.BaseUri.Host);
        Assert.StartsWith($"http://{host}/", session.ToString());
        Assert.True(Origin.Same(session.BaseUri, new Uri($"http://{host}/")));
    }

    [Theory]
    [InlineData("http://good.example\\@evil.example/")]
    [InlineData("http://good.example:80\\@evil.example/")]
    [InlineData("http://\uFFFDs/")]
    [InlineData("http:///evil.example/")]
    public void What_could_be_read_in_two_ways_is_refused(string address)
        => Assert.Equal(ComfyUIErrorId.InvalidConfiguration, Assert.Throws<ComfyUIException>(() => ConnectionSettings.ParseUri(address)).ErrorId);

    [Fact]
    public void The_folder_of_kept_catalogues_is_the_users_own()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows gives a folder in the user's profile the rights of the profile.");
            return;
        }

#if CLIENT_NETSTANDARD
        Assert.Skip("The netstandard2.0 build is for Windows PowerShell.");
#else
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows keeps a user's folders from others by itself.");
            return;
        }

        using var folder = new TempFolder();
        string inner = folder["a/cache"];

        new CatalogueStore(inner, new Uri("http://host/"), "1").Write(Encoding.UTF8.GetBytes("{}"), DateTimeOffset.UtcNow);

        Assert.NotEmpty(Directory.GetFiles(inner));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(inner));
        }
#endif
    }

    [Fact]
    public void A_link_that_waits_in_the_cache_is_not_followed()
    {
        using var folder = new TempFolder();
        var store = new CatalogueStore(folder.FullName, new Uri("http://host/"), "1");
        store.Write(Encoding.UTF8.GetBytes("{}"), DateTimeOffset.UtcNow);
        string name = Assert.Single(Directory.GetFiles(folder.FullName));
        File.Delete(name);
        File.WriteAllText(folder["victim"], "mine");
        try
        {
            File.CreateSymbolicLink(name, folder["victim"]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Assert.Skip("This account may not make symbolic links.");
        }

        store.Write(Encoding.UTF8.GetBytes("{\"A\":{}}"), DateTimeOffset.UtcNow);

        Assert.Equal("mine", File.ReadAllText(folder["victim"]));
        Assert.Null(new FileInfo(name).LinkTarget);
    }

    [Theory]
    [InlineData("X-Key", "a\r\nX-Other: b")]
    [InlineData("X-Key", "a\nb")]
    [InlineData("X-Key", "a\0b")]
    [InlineData("X-Key: a\r\nX-Other", "b")]
    [InlineData("X Key", "a")]
    [InlineData("", "a")]
    public void A_header_cannot_smuggle_in_another(string name, string value)
    {
        var error = Assert.Throws<ComfyUIException>(() => new ComfyUISession(new ComfyUIConnectionOptions
        {
            Headers = new System.Collections.Generic.Dictionary<string, string> { [name] = value },
        }));

        Assert.Equal(ComfyUIErrorId.InvalidConfiguration, error.ErrorId);
        Assert.DoesNotContain("\n", error.Message);
    }

    [Theory]
    [InlineData("//elsewhere.invalid/x")]
    [InlineData("\\\\elsewhere.invalid\\x")]
    [InlineData("/\\elsewhere.invalid/x")]
    [InlineData("http://elsewhere.invalid/x")]
    [InlineData("file:///etc/passwd")]
    public async Task A_route_cannot_name_another_server(string route)
    {
        await using Scene scene = await Scene.StartAsync(null, (uri, _) => new ComfyUIConnectionOptions { BaseUri = uri, Credential = ComfyUICredential.Bearer("c4naryToken") });

        try
        {
            await scene.Session.Server.RequestAsync(System.Net.Http.HttpMethod.Get, route, cancellationToken: Scene.Cancel);
        }
        catch (ComfyUIException e)
        {
            Assert.True(e is ComfyUINotFoundException || e.ErrorId == ComfyUIErrorId.InvalidConfiguration, e.ToString());
        }

        Assert.All(scene.Server.Requests, request => Assert.Equal(scene.Server.BaseUri.Authority, request.Headers["Host"]));
    }
}
