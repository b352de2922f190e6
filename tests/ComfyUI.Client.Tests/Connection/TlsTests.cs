using System;
using System.Globalization;
using System.IO;
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
        AssertReason(error, "it is self-signed", "Trust the certificate");
    }

    [Fact]
    public async Task A_certificate_says_what_is_wrong_with_it()
    {
        using X509Certificate2 authority = TestCertificate.CreateAuthority();
        using X509Certificate2 unknown = TestCertificate.Create(issuer: authority);
        using X509Certificate2 expired = TestCertificate.Create(isExpired: true);
        using X509Certificate2 elsewhere = TestCertificate.Create("CN=gpu.example", host: "gpu.example");

        AssertReason(await RefusedAsync(unknown), "this machine does not trust its issuer 'CN=Test authority'", "Trust the issuer's root certificate");
        AssertReason(await RefusedAsync(expired), "it expired on " + expired.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "renewed");
        AssertReason(await RefusedAsync(elsewhere), "it is for gpu.example, not for 127.0.0.1", "a name that the certificate is for");
    }

    [Fact]
    public async Task An_authority_that_the_machine_trusts_vouches_for_names_and_times_only()
    {
        if (OtherProcess.Orders is [var good, var expired, var elsewhere])
        {
            using (var trusted = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = new Uri(good) }))
            {
                // A socket that a busy machine does not open in time is opened for a later run.
                await Eventually.TrueAsync(async () =>
                {
                    Assert.Equal(ComfyUIJobStatus.Completed, (await trusted.Jobs.RunAsync(Graphs.Picture(1), cancellationToken: Scene.Cancel)).Status);
                    return trusted.Jobs.EventProblem is null;
                });
            }

            AssertReason(await RefusedAsync(new Uri(expired)), "it expired on", "renewed");
            AssertReason(await RefusedAsync(new Uri(elsewhere)), "it is for gpu.example, not for 127.0.0.1", "a name that the certificate is for");
            return;
        }

        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux can one process be told to trust an authority (SSL_CERT_FILE).");
        using var folder = new TempFolder();
        using X509Certificate2 authority = TestCertificate.CreateAuthority();
        File.WriteAllText(folder["authority.pem"], authority.ExportCertificatePem());
        using X509Certificate2 right = TestCertificate.Create(issuer: authority);
        using X509Certificate2 old = TestCertificate.Create(issuer: authority, isExpired: true);
        using X509Certificate2 other = TestCertificate.Create("CN=gpu.example", host: "gpu.example", issuer: authority);
        await using TestComfyServer first = await StartServerAsync(right);
        await using TestComfyServer second = await StartServerAsync(old);
        await using TestComfyServer third = await StartServerAsync(other);

        await OtherProcess.RunAsync(
            [first.BaseUri.ToString(), second.BaseUri.ToString(), third.BaseUri.ToString()], ("SSL_CERT_FILE", folder["authority.pem"]));

        Assert.Equal(1, first.Requests.CountOf("GET", "/ws"));
        Assert.Empty(second.Requests);
        Assert.Empty(third.Requests);
    }

    [Fact]
    public async Task A_port_that_speaks_no_tls_says_so_at_once()
    {
        await using Scene scene = await Scene.StartAsync();

        ComfyUIConnectionException error = await RefusedAsync(new UriBuilder(scene.Server.BaseUri) { Scheme = "https" }.Uri);

        Assert.Contains("speaks https at this port at all", error.RecommendedAction);
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

    private static Task<TestComfyServer> StartServerAsync(X509Certificate2 certificate)
        => TestComfyServer.StartAsync(new TestServerOptions { Certificate = certificate }, Scene.Cancel);

    private static async Task<ComfyUIConnectionException> RefusedAsync(X509Certificate2 certificate)
    {
        await using TestComfyServer server = await StartServerAsync(certificate);
        return await RefusedAsync(server.BaseUri);
    }

    private static async Task<ComfyUIConnectionException> RefusedAsync(Uri uri)
    {
        using var session = new ComfyUISession(new ComfyUIConnectionOptions { BaseUri = uri });
        var error = await Assert.ThrowsAsync<ComfyUIConnectionException>(() => session.CheckAsync(Scene.Cancel));
        Assert.Equal(ComfyUIErrorId.CertificateRejected, error.ErrorId);
        return error;
    }

    // .NET Framework's handler has words of its own.
    private static void AssertReason(ComfyUIConnectionException error, string reason, string advice)
    {
#if CLIENT_NETSTANDARD
        _ = reason + advice;
        Assert.Contains("-SkipCertificateCheck", error.RecommendedAction);
#else
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.RecommendedAction, StringComparison.Ordinal);
#endif
    }

    private static Task<Scene> StartAsync(TestServerOptions options, bool skip, X509Certificate2? client = null)
        => Scene.StartAsync(options, (uri, _) => new ComfyUIConnectionOptions { BaseUri = uri, SkipCertificateCheck = skip, ClientCertificate = client });
}
