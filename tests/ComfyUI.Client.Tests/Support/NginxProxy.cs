using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>A real nginx before a server: a process of its own on a free port, with all its files in a folder of its own.</summary>
internal sealed class NginxProxy : IAsyncDisposable
{
    /// <summary>Passes requests on as the documentation of nginx advises, with the WebSocket's upgrade.</summary>
    internal const string Upgrading = """
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header Host $host;
        """;

    private readonly TempFolder _folder;
    private readonly Process _process;

    private NginxProxy(TempFolder folder, Process process, Uri baseUri)
    {
        _folder = folder;
        _process = process;
        BaseUri = baseUri;
    }

    internal Uri BaseUri { get; }

    /// <summary>Starts one; the test is skipped where nginx is not installed.</summary>
    /// <param name="upstream">The server behind it: <c>$upstream</c> in the configuration.</param>
    /// <param name="configuration">The inside of its <c>server</c> block.</param>
    /// <param name="certificate">The certificate it shows; null for plain http.</param>
    /// <param name="http">What its <c>http</c> block has more.</param>
    internal static async Task<NginxProxy> StartAsync(Uri upstream, string configuration, X509Certificate2? certificate = null, string http = "")
    {
        string? program = Find();
        Assert.SkipWhen(program is null, "nginx is not installed (on Debian and Ubuntu: apt-get install nginx-light).");
        var folder = new TempFolder();
        try
        {
            string tls = string.Empty;
            if (certificate is not null)
            {
                File.WriteAllText(folder["certificate.pem"], certificate.ExportCertificatePem());
                File.WriteAllText(folder["key.pem"], certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
                tls = "ssl_certificate certificate.pem; ssl_certificate_key key.pem;";
            }

            // Somebody may take the free port first; then another is taken.
            for (int attempt = 1; ; attempt++)
            {
                int port = FreePort();
                Write(folder, upstream, configuration.Replace("listen", $"{tls} listen 127.0.0.1:{port} {(certificate is null ? string.Empty : "ssl")}", StringComparison.Ordinal), http);
                Process process = Start(program!, folder);
                if (await IsListeningAsync(process, port))
                {
                    return new NginxProxy(folder, process, new Uri($"{(certificate is null ? "http" : "https")}://127.0.0.1:{port}/"));
                }

                process.Dispose();
                Assert.True(attempt < 5, "nginx does not start: " + File.ReadAllText(folder["error.log"]));
            }
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private static string? Find()
        => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
            .Append("/usr/sbin")
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, "nginx"))
            .FirstOrDefault(File.Exists);

    private static void Write(TempFolder folder, Uri upstream, string configuration, string http)
    {
        File.WriteAllText(folder["users"], "me:{PLAIN}secret\n");
        File.WriteAllText(folder["nginx.conf"], $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log error.log;
            events { }
            http {
                access_log off;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
                {{http}}
                server {
                    {{configuration.Replace("$upstream", upstream.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)}}
                }
            }
            """);
    }

    private static Process Start(string program, TempFolder folder)
    {
        var start = new ProcessStartInfo(program)
        {
            ArgumentList = { "-p", folder.FullName, "-c", folder["nginx.conf"], "-e", folder["error.log"] },
            WorkingDirectory = folder.FullName,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static async Task<bool> IsListeningAsync(Process process, int port)
    {
        bool listens = false;
        await Eventually.TrueAsync(() =>
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, port);
                listens = true;
            }
            catch (SocketException)
            {
                listens = false;
            }

            return listens || process.HasExited;
        });
        return listens && !process.HasExited;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
