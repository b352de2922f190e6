using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>Through a real reverse proxy, set up well and badly.</summary>
public sealed class NginxTests
{
    [Fact]
    public async Task A_path_with_a_password_and_the_upgrade_gives_everything()
    {
        await using Scene scene = await Scene.StartAsync();
        await using NginxProxy proxy = await NginxProxy.StartAsync(scene.Server.BaseUri, $$"""
            listen;
            location /comfy/ { auth_basic x; auth_basic_user_file users; proxy_pass $upstream/; {{NginxProxy.Upgrading}} }
            """);
        using ComfyUISession session = Connect(proxy, "comfy", ComfyUICredential.Basic("me", "secret"));
        using ComfyUISession wrong = Connect(proxy, "comfy", ComfyUICredential.Basic("me", "wrong"));
        File.WriteAllText(scene.Folder["up.txt"], "content");

        await session.CheckAsync(Scene.Cancel);
        await AssertRunsAsync(scene, session);
        ComfyUIUpload upload = await session.Files.SendAsync(scene.Folder["up.txt"], cancellationToken: Scene.Cancel);
        var refused = await Assert.ThrowsAsync<ComfyUIAuthenticationException>(() => wrong.CheckAsync(Scene.Cancel));

        Assert.Equal("up.txt", upload.Value);
        Assert.Equal(1, scene.Count("GET", "/ws"));
        Assert.Null(session.Jobs.EventProblem);
        Assert.Contains("Basic", refused.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_with_the_upgrade_gives_everything_that_the_platform_can()
    {
        using X509Certificate2 certificate = TestCertificate.Create();
        await using Scene scene = await Scene.StartAsync();
        await using NginxProxy proxy = await NginxProxy.StartAsync(scene.Server.BaseUri, $$"""
            listen;
            location /deep/comfy/ { proxy_pass $upstream/; {{NginxProxy.Upgrading}} }
            """, certificate);
        using ComfyUISession session = Connect(proxy, "deep/comfy/", skip: true);
        using ComfyUISession careful = Connect(proxy, "deep/comfy/");

        await AssertRunsAsync(scene, session);

        Assert.Equal(ComfyUIErrorId.CertificateRejected, (await Assert.ThrowsAsync<ComfyUIConnectionException>(() => careful.CheckAsync(Scene.Cancel))).ErrorId);
#if !CLIENT_NETSTANDARD
        Assert.Equal(1, scene.Count("GET", "/ws"));
#endif
    }

    [Fact]
    public async Task A_proxy_that_also_speaks_http2_is_spoken_to_in_http1()
    {
        using X509Certificate2 certificate = TestCertificate.Create();
        await using Scene scene = await Scene.StartAsync();
        await using NginxProxy proxy = await NginxProxy.StartAsync(scene.Server.BaseUri, $$"""
            listen http2;
            location / { proxy_pass $upstream; {{NginxProxy.Upgrading}} }
            """, certificate);
        using ComfyUISession session = Connect(proxy, skip: true);

        await AssertRunsAsync(scene, session);
    }

    [Fact]
    public async Task Without_the_upgrade_runs_go_on_by_asking()
    {
        await using Scene scene = await Scene.StartAsync();
        await using NginxProxy proxy = await NginxProxy.StartAsync(scene.Server.BaseUri, "listen; location / { proxy_pass $upstream; }");
        using ComfyUISession session = Connect(proxy);

        await AssertRunsAsync(scene, session);

        Assert.NotNull(session.Jobs.EventProblem);
    }

    [Fact]
    public async Task A_proxy_that_closes_idle_sockets_ends_no_run()
    {
        await using Scene scene = await Scene.StartAsync();
        await using NginxProxy proxy = await NginxProxy.StartAsync(scene.Server.BaseUri, $$"""
            listen;
            location / { proxy_pass $upstream; proxy_read_timeout 1s; {{NginxProxy.Upgrading}} }
            """);
        using ComfyUISession session = Connect(proxy);

        ComfyUIJob job = await session.Jobs.RunAsync(Graphs.Slow(2.5, 1), cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal(1, scene.Count("POST", "/prompt"));
    }

    [Fact]
    public async Task A_body_that_the_proxy_does_not_take_says_whose_limit_it_is()
    {
        await using Scene scene = await Scene.StartAsync();
        await using NginxProxy proxy = await NginxProxy.StartAsync(scene.Server.BaseUri, "listen; location / { client_max_body_size 100k; proxy_pass $upstream; }");
        using ComfyUISession session = Connect(proxy);
        File.WriteAllBytes(scene.Folder["large.bin"], new byte[20_000_000]);

        var error = await Assert.ThrowsAsync<ComfyUIException>(() => session.Files.SendAsync(scene.Folder["large.bin"], cancellationToken: Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.RequestTooLarge, error.ErrorId);
        Assert.Contains("nginx", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("client_max_body_size", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(scene.Server.Requests);
    }

    [Theory]
    [InlineData("gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any; proxy_buffering off;")]
    [InlineData("gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any; proxy_set_header Accept-Encoding gzip; gunzip on;")]
    [InlineData("proxy_http_version 1.0; chunked_transfer_encoding off; proxy_buffers 2 4k; proxy_buffer_size 4k; proxy_busy_buffers_size 4k;")]
    public async Task Compression_and_buffers_on_the_way_change_nothing(string settings)
    {
        await using Scene scene = await Scene.StartAsync();
        await using NginxProxy proxy = await NginxProxy.StartAsync(scene.Server.BaseUri, $"listen; {settings} location / {{ proxy_pass $upstream; }}");
        using ComfyUISession session = Connect(proxy);

        await AssertRunsAsync(scene, session);
        ComfyUIResponse nodes = await session.Server.RequestAsync(HttpMethod.Get, "/object_info", cancellationToken: Scene.Cancel);

        Assert.True(nodes.Json!.AsObject().ContainsKey("KSampler"));
    }

    [Fact]
    public async Task A_proxy_that_sends_to_a_login_page_is_told_as_such()
    {
        await using Scene scene = await Scene.StartAsync();
        await using NginxProxy proxy = await NginxProxy.StartAsync(scene.Server.BaseUri, """
            listen;
            location = /login { default_type text/html; return 200 "<html><title>Please log in</title></html>"; }
            location /system_stats { return 302 /login?next=secret; }
            location /view { return 302 /login; }
            location /queue { return 302 https://login.example/; }
            """);
        var clock = new FakeClock();
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = proxy.BaseUri, Clock = clock });

        var check = await Assert.ThrowsAsync<ComfyUIProtocolException>(() => session.CheckAsync(Scene.Cancel));
        var file = await Assert.ThrowsAsync<ComfyUIProtocolException>(() => clock.PassUntilAsync(session.Outputs.SaveAsync(
            new ComfyUIOutput { FileName = "x.png", Type = "output" }, new ComfyUISaveOptions { Folder = scene.Folder.FullName }, Scene.Cancel)));
        var elsewhere = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => session.Jobs.ListAsync(0, Scene.Cancel));

        Assert.Contains("login page", check.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("login page", file.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(ComfyUIErrorId.RedirectRefused, elsewhere.ErrorId);
        Assert.Empty(Directory.GetFileSystemEntries(scene.Folder.FullName));
    }

    [Fact]
    public async Task A_proxy_whose_server_is_away_is_told_as_such()
    {
        await using Scene scene = await Scene.StartAsync(fakeClock: true);
        await using NginxProxy proxy = await NginxProxy.StartAsync(new Uri("http://127.0.0.1:1"), "listen; location / { proxy_pass $upstream; }");
        var clock = new FakeClock();
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = proxy.BaseUri, Clock = clock });

        Task checking = session.CheckAsync(Scene.Cancel);
        await clock.PassUntilAsync(() => checking.IsCompleted);
        var error = await Assert.ThrowsAsync<ComfyUIServerException>(() => checking);

        Assert.Equal(502, error.StatusCode);
        Assert.Contains("A proxy cannot reach ComfyUI", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("502 Bad Gateway", error.ServerMessage);
    }

    [Fact]
    public async Task A_cookie_that_binds_to_one_server_goes_along_with_requests_and_socket()
    {
        await using Scene scene = await Scene.StartAsync();
        await using NginxProxy proxy = await NginxProxy.StartAsync(scene.Server.BaseUri, $$"""
            listen;
            location = /system_stats { add_header Set-Cookie "route=one; Path=/; HttpOnly"; proxy_pass $upstream; }
            location / { if ($cookie_route != one) { return 403; } proxy_pass $upstream; {{NginxProxy.Upgrading}} }
            """);
        using ComfyUISession session = Connect(proxy);

        await session.CheckAsync(Scene.Cancel);
        await AssertRunsAsync(scene, session);

        Assert.Equal(1, scene.Count("GET", "/ws"));
        Assert.Null(session.Jobs.EventProblem);
    }

    [Fact]
    public async Task A_cache_on_the_way_is_asked_for_what_is_true_now()
    {
        await using Scene scene = await Scene.StartAsync();
        await using NginxProxy proxy = await NginxProxy.StartAsync(
            scene.Server.BaseUri,
            "listen; location / { proxy_pass $upstream; proxy_cache c; proxy_cache_valid any 1h; proxy_ignore_headers Cache-Control; proxy_cache_bypass $http_cache_control; }",
            http: "proxy_cache_path cache keys_zone=c:1m;");
        using ComfyUISession session = Connect(proxy);

        await AssertRunsAsync(scene, session);
        File.WriteAllText(Path.Combine(scene.Server.OutputDirectory, "x.txt"), "old");
        Assert.Equal("old", await SavedAsync());
        File.WriteAllText(Path.Combine(scene.Server.OutputDirectory, "x.txt"), "new");
        Assert.Equal("new", await SavedAsync());

        async Task<string> SavedAsync() => File.ReadAllText((await session.Outputs.SaveAsync(
            new ComfyUIOutput { FileName = "x.txt", Type = "output" }, new ComfyUISaveOptions { Folder = scene.Folder["text"], Overwrite = true }, Scene.Cancel)).FullName);
    }

    [Fact]
    public async Task A_proxy_that_wants_a_certificate_of_the_client_gets_it_or_says_so()
    {
        using X509Certificate2 certificate = TestCertificate.Create();
        using X509Certificate2 mine = TestCertificate.Create("CN=me");
        await using Scene scene = await Scene.StartAsync();
        await using NginxProxy proxy = await NginxProxy.StartAsync(scene.Server.BaseUri, $$"""
            listen; ssl_verify_client optional_no_ca;
            if ($ssl_client_verify = NONE) { return 496; }
            location / { proxy_pass $upstream; {{NginxProxy.Upgrading}} }
            """, certificate);
        using var with = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = proxy.BaseUri, SkipCertificateCheck = true, ClientCertificate = mine });
        using ComfyUISession without = Connect(proxy, skip: true);

        await AssertRunsAsync(scene, with);
        var error = await Assert.ThrowsAsync<ComfyUIException>(() => without.CheckAsync(Scene.Cancel));

        Assert.Equal(400, error.StatusCode);
        Assert.Contains("-Certificate", error.RecommendedAction, StringComparison.Ordinal);
    }

    private static ComfyUISession Connect(NginxProxy proxy, string path = "", ComfyUICredential? credential = null, bool skip = false)
        => new(new ComfyUIConnectionOptions { BaseUri = new Uri(proxy.BaseUri, path), Credential = credential, SkipCertificateCheck = skip });

    private static async Task AssertRunsAsync(Scene scene, ComfyUISession session)
    {
        ComfyUIJob job = await session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
        Assert.Equal(
            File.ReadAllBytes(Directory.GetFiles(scene.Server.OutputDirectory, "picture*").Single()), File.ReadAllBytes(Assert.Single(job.Files).FullName));
    }
}
