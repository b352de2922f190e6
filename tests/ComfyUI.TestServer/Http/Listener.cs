using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace ComfyUI.TestServer;

/// <summary>The TCP side: Kestrel on one loopback port, and every connection within reach.</summary>
internal sealed class Listener(TestServerOptions options, Pipeline pipeline) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConnectionContext> connections = new();
    private WebApplication? app;

    /// <summary>Listens and returns the port.</summary>
    public async Task<int> StartAsync(int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        if (options.Certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.Services.Configure<KestrelServerOptions>(kestrel => Configure(kestrel, port));
        app = builder.Build();
        app.UseWebSockets();
        app.Run(pipeline.HandleAsync);
        await app.StartAsync(cancellationToken);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        return new Uri(addresses.Addresses.First()).Port;
    }

    /// <summary>Drops every connection and stops listening, without waiting for anybody.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections.Values)
        {
            connection.Abort();
        }

        if (app is not null)
        {
            using var now = new CancellationTokenSource();
            var stopping = app.StopAsync(now.Token);
            foreach (var connection in connections.Values)
            {
                connection.Abort();
            }

            // Whoever has not gone by then is cut off.
            now.CancelAfter(TimeSpan.FromSeconds(1));
            await stopping;
            await app.DisposeAsync();
            app = null;
        }
    }

    private void Configure(KestrelServerOptions kestrel, int port)
    {
        kestrel.AddServerHeader = false;
        // aiohttp has no limit of its own but the one that gives 413, and does not hurry anybody.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxRequestLineSize = 32 * 1024;
        kestrel.ResponseHeaderEncodingSelector = _ => System.Text.Encoding.UTF8;
        kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => async connection =>
            {
                connections[connection.ConnectionId] = connection;
                try
                {
                    await next(connection);
                }
                finally
                {
                    connections.TryRemove(connection.ConnectionId, out _);
                }
            });
            if (options.Certificate is not null)
            {
                listen.UseHttps(options.Certificate, https =>
                {
                    https.ClientCertificateMode = options.RequireClientCertificate ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.NoCertificate;
                    https.ClientCertificateValidation = (_, _, _) => true;
                });
            }
        });
    }
}
