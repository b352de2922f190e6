using System;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using ComfyUI.TestServer;
using Xunit;

namespace ComfyUI.Client.Tests.Connection;

/// <summary>TLS: nobody is trusted without reason, for HTTP and for the WebSocket alike.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificate.Create();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_and_not_tried_again()
    {
        await using Scene scene = await StartAsync(new TestServerOptions { Certificate = _certificate }, skip: false);

        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => scene.Session.CheckAsync(Scene.Cancel));
        var submit = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => scene.Session.Jobs.SubmitAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel));

        Assert.Equal(ComfyUIErrorId.CertificateRejected, error.ErrorId);
        Assert.Equal(ComfyUIErrorId.CertificateRejected, submit.ErrorId);
        Assert.Contains("-SkipCertificateCheck", error.RecommendedAction);
        Assert.Empty(scene.Server.Requests);
    }

    [Fact]
    public async Task Without_the_check_http_and_events_work_as_far_as_the_platform_can()
    {
        await using Scene scene = await StartAsync(new TestServerOptions { Certificate = _certificate }, skip: true);

        ComfyUIJob job = await scene.Session.Jobs.RunAsync(Graphs.Picture(1), scene.Saving, cancellationToken: Scene.Cancel);

        Assert.Equal(ComfyUIJobStatus.Completed, job.Status);
#if CLIENT_NETSTANDARD
        Assert.Equal(0, scene.Count("GET", "/ws"));
        Assert.Contains("cannot skip the certificate check", scene.Session.Jobs.EventProblem);
#else
        Assert.Equal(1, scene.Count("GET", "/ws"));
        Assert.Null(scene.Session.Jobs.EventProblem);
#endif
    }

    [Fact]
    public async Task A_client_certificate_is_shown_to_the_server()
    {
        using X509Certificate2 mine = TestCertificate.Create("CN=client");
        var options = new TestServerOptions { Certificate = _certificate, RequireClientCertificate = true };
        await using Scene with = await StartAsync(options, skip: true, mine);
        await using Scene without = await StartAsync(options, skip: true);

        await with.Session.CheckAsync(Scene.Cancel);
        await Assert.ThrowsAsync<ComfyUIConnectionException>(() => without.Session.CheckAsync(Scene.Cancel));

        Assert.Equal("Client certificate", with.Session.Authentication);
        Assert.Single(with.Server.Requests);
        Assert.Empty(without.Server.Requests);
    }

    private static Task<Scene> StartAsync(TestServerOptions options, bool skip, X509Certificate2? client = null)
        => Scene.StartAsync(options, (uri, _) => new ComfyUIConnectionOptions { BaseUri = uri, SkipCertificateCheck = skip, ClientCertificate = client });
}
