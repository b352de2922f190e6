using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ComfyUI.TestServer;

/// <summary>What every request passes: the log, the faults, who may come in, and then the routes.</summary>
internal sealed class Pipeline(TestComfyServer server, TestServerOptions options)
{
    private readonly string serverHeader = $"ComfyUI.TestServer/{typeof(Pipeline).Assembly.GetName().Version?.ToString(3)}";
    private readonly ControlRoutes control = new(server);

    public async Task HandleAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        context.Response.Headers.Server = serverHeader;
        var pathAndQuery = target.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? new Uri(target).PathAndQuery : target;
        if (!pathAndQuery.StartsWith(options.PathPrefix, StringComparison.Ordinal))
        {
            await Reply.EmptyAsync(context, 404);
            return;
        }

        var local = pathAndQuery[options.PathPrefix.Length..];
        local = local.StartsWith('/') ? local : "/" + local;
        var path = local.Split('?')[0];
        if (path.StartsWith("/_test/", StringComparison.Ordinal))
        {
            await control.HandleAsync(context, path);
            return;
        }

        var record = new RecordedRequest(
            context.Request.Method,
            pathAndQuery,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            context.Connection.Id);
        server.Requests.Add(record);
        context.Items[typeof(RecordedRequest)] = record;
        if (options.CompressResponses)
        {
            context.Items[typeof(System.IO.Compression.GZipStream)] = true;
        }

        await WithFaultsAsync(context, record, path, local);
    }

    private async Task WithFaultsAsync(HttpContext context, RecordedRequest record, string path, string local)
    {
        var rules = server.Faults.Strike(context.Request.Method, local);
        foreach (var rule in rules.Where(r => r.When == FaultMoment.Before && r.Action != FaultAction.CutBody))
        {
            if (await StrikeAsync(context, rule))
            {
                record.Status = rule.Action == FaultAction.Respond ? rule.Status : 0;
                return;
            }
        }

        var after = rules.Where(r => r.When == FaultMoment.After || r.Action == FaultAction.CutBody).ToArray();
        if (after.Length == 0)
        {
            await RunAsync(context, path);
            record.Status = context.Response.StatusCode;
            return;
        }

        // The answer is kept back until the faults have had their say.
        var body = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        await RunAsync(context, path);
        context.Response.Body = body;
        foreach (var rule in after)
        {
            if (rule.Action == FaultAction.CutBody)
            {
                context.Response.ContentLength = kept.Length;
                record.Status = context.Response.StatusCode;
                // With too little written Kestrel closes the connection after what there is; an abort could overtake it.
                await body.WriteAsync(kept.GetBuffer().AsMemory(0, (int)Math.Min(rule.CutAfter, kept.Length)));
                return;
            }

            if (await StrikeAsync(context, rule))
            {
                record.Status = rule.Action == FaultAction.Respond ? rule.Status : 0;
                return;
            }
        }

        record.Status = context.Response.StatusCode;
        await body.WriteAsync(kept.GetBuffer().AsMemory(0, (int)kept.Length));
    }

    // True when the request is over.
    private async Task<bool> StrikeAsync(HttpContext context, FaultRule rule)
    {
        switch (rule.Action)
        {
            case FaultAction.Delay:
                await Task.Delay(rule.Delay, context.RequestAborted);
                return false;
            case FaultAction.Hold:
                await server.Faults.Held.WaitAsync(context.RequestAborted);
                return false;
            case FaultAction.Drop:
                context.Abort();
                return true;
            case FaultAction.Trickle:
                await TrickleAsync(context, rule.Status);
                return true;
            default:
                context.Response.Clear();
                context.Response.Headers.Server = serverHeader;
                foreach (var (name, value) in rule.Headers)
                {
                    context.Response.Headers[name] = value;
                }

                var body = rule.Body;
                if (rule.Echoes)
                {
                    var echo = await RequestEcho.ReadAsync(context);
                    body += echo.Text;
                    context.Response.Headers.WWWAuthenticate = echo.HeaderText;
                }

                await Reply.BytesAsync(context, Encoding.UTF8.GetBytes(body), rule.ContentType, rule.Status);
                return true;
        }
    }

    private static async Task TrickleAsync(HttpContext context, int status)
    {
        context.Response.Clear();
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(" "u8.ToArray());
            await context.Response.Body.FlushAsync();
            await Task.Delay(20);
        }
    }

    private async Task RunAsync(HttpContext context, string path)
    {
        if (!Admission.IsAllowed(context, options, out var status))
        {
            await Reply.EmptyAsync(context, status);
            return;
        }

        var life = server.CurrentLife;
        try
        {
            if (path is "/ws" or "/api/ws" && context.Request.Method == "GET" && !options.Gateway)
            {
                await life.Sockets.HandleAsync(context);
                return;
            }

            await life.Router.DispatchAsync(context, path);
        }
        catch (TooLargeException problem)
        {
            await Reply.TooLargeAsync(context, problem);
        }
        catch (PyException problem) when (!context.Response.HasStarted)
        {
            life.Process.Log.Add($"Error handling request: {problem.TypeName}: {problem.Message}\n");
            await Reply.TroubleAsync(context);
        }
    }
}
