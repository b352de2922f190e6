using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>/_test/*: what the library can do, for tests that run the server as a process. No credentials, not logged.</summary>
internal sealed class ControlRoutes(TestComfyServer server)
{
    public async Task HandleAsync(HttpContext context, string path)
    {
        try
        {
            await DispatchAsync(context, path);
        }
        catch (PyException problem)
        {
            await Reply.TextAsync(context, 400, problem.Message);
        }
    }

    private async Task DispatchAsync(HttpContext context, string path)
    {
        switch ($"{context.Request.Method} {path["/_test/".Length..]}")
        {
            case "GET requests":
                await Reply.JsonAsync(context, server.Requests.Select(Show));
                return;
            case "DELETE requests":
                server.Requests.Clear();
                break;
            case "POST faults":
                foreach (var fault in await ReadListAsync(context))
                {
                    AddFault(fault);
                }

                break;
            case "DELETE faults":
                server.Faults.Clear();
                break;
            case "POST release":
                server.Faults.Release();
                break;
            case "POST drop-sockets":
                server.DropSockets();
                break;
            case "POST pause":
                server.Jobs.Pause();
                break;
            case "POST resume":
                server.Jobs.Resume();
                break;
            case "POST forget-history":
                server.Jobs.ForgetHistory();
                break;
            case "POST restart":
                // The answer must be out before the connection it goes by is dropped.
                context.Response.Headers.Connection = "close";
                context.Response.OnCompleted(() =>
                {
                    _ = Task.Run(() => server.RestartAsync());
                    return Task.CompletedTask;
                });
                break;
            case "GET state":
                await Reply.JsonAsync(context, State());
                return;
            default:
                await Reply.TextAsync(context, 404, "no such control route");
                return;
        }

        await Reply.EmptyAsync(context);
    }

    private static PyDict Show(RecordedRequest request) => Py.Dict(
        ("method", request.Method),
        ("path", request.Path),
        ("headers", new PyDict(request.Headers.Select(h => KeyValuePair.Create(h.Key, (object?)h.Value)))),
        ("body_length", request.BodyLength),
        ("body", request.Body),
        ("status", request.Status),
        ("connection", request.ConnectionId),
        ("time", request.Time.ToUnixTimeMilliseconds()));

    private static async Task<IEnumerable<PyDict>> ReadListAsync(HttpContext context) =>
        await RequestBody.ReadJsonAsync(context, 1024 * 1024) switch
        {
            PyDict one => [one],
            PyList many => many.OfType<PyDict>(),
            _ => [],
        };

    // Keys are those of FaultRule and SocketFault in snake_case; "socket": true makes it the latter.
    private void AddFault(PyDict json)
    {
        string? Text(string key) => json.GetValueOrDefault(key) is { } value ? Py.Str(value) : null;
        int? Number(string key) => json.GetValueOrDefault(key) is { } value ? (int)Py.Big(Py.Int(value)) : null;
        if (Py.Truth(json.GetValueOrDefault("socket")))
        {
            server.Faults.Add(new SocketFault
            {
                ClientId = Text("client_id"),
                Times = json.ContainsKey("times") ? Number("times") : 1,
                DropAfterFrames = Number("drop_after_frames"),
                DropBeforeEvent = Text("drop_before_event"),
                SilentAfterFrames = Number("silent_after_frames"),
                SwallowEvent = Text("swallow_event"),
            });
            return;
        }

        var action = Text("action") ?? "respond";
        server.Faults.Add(new FaultRule
        {
            Method = Text("method"),
            Path = Text("path") ?? "",
            Skip = Number("skip") ?? 0,
            Times = Number("times"),
            When = Text("when") == "after" ? FaultMoment.After : FaultMoment.Before,
            Action = Enum.TryParse<FaultAction>(action.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var parsed)
                ? parsed
                : throw new PyException("ValueError", "unknown action: " + action),
            Status = Number("status") ?? 500,
            Headers = (json.GetValueOrDefault("headers") as PyDict ?? []).ToDictionary(h => h.Key, h => Py.Str(h.Value)),
            Body = Text("body") ?? "",
            Echoes = Py.Truth(json.GetValueOrDefault("echoes")),
            ContentType = Text("content_type") ?? "text/plain; charset=utf-8",
            Delay = TimeSpan.FromMilliseconds(Number("delay_ms") ?? 0),
            CutAfter = Number("cut_after") ?? 0,
        });
    }

    private PyDict State() => Py.Dict(
        ("running", server.Jobs.Running),
        ("pending", server.Jobs.Pending),
        ("finished", server.Jobs.Finished),
        ("open_sockets", (long)server.OpenSockets),
        ("registered_clients", server.RegisteredClientIds),
        ("output_directory", server.OutputDirectory),
        ("input_directory", server.InputDirectory),
        ("temp_directory", server.TempDirectory),
        ("user_directory", server.UserDirectory));
}
