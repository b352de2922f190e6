using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>An application that has ComfyUI behind it and shows nothing of it.</summary>
internal sealed class GatewayRoutes(TestServerOptions options)
{
    public void AddTo(Router router)
    {
        router.Map("GET", "/status", (context, _) => Reply.JsonAsync(context, Py.Dict(("status", "ok"), ("service", "workflow gateway"), ("queue", 0))), hasApiTwin: false);
        router.Map("POST", "/api/workflow", AcceptAsync, hasApiTwin: false);
    }

    private async Task AcceptAsync(HttpContext context, string[] values)
    {
        var json = await RequestBody.ReadJsonAsync(context, options.MaxUploadSize) as PyDict;
        var graph = json?.TryGetValue("prompt", out var inner) == true ? inner as PyDict : json;
        await (graph is null
            ? Reply.JsonAsync(context, Py.Dict(("accepted", false), ("reason", "no workflow")), 400)
            : Reply.JsonAsync(context, Py.Dict(("accepted", true), ("received", graph.Count))));
    }
}
