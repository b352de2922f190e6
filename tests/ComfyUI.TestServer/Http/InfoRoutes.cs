using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>What the server says about itself: versions, features, nodes, examples, logs.</summary>
internal sealed class InfoRoutes(ServerProcess process)
{
    public void AddTo(Router router)
    {
        router.Map("GET", "/", (context, _) => IndexAsync(context));
        router.Map("GET", "/system_stats", (context, _) => Reply.JsonAsync(context, SystemStats()));
        router.Map("GET", "/features", (context, _) => Reply.JsonAsync(context, process.Features()));
        router.Map("GET", "/object_info", (context, _) => ObjectInfoAsync(context));
        router.Map("GET", "/object_info/*", (context, values) => Reply.JsonAsync(context, process.Catalogue.ObjectInfo(values[0])));
        router.Map("GET", "/extensions", (context, _) => Reply.JsonAsync(context, Array.Empty<string>()));
        router.Map("GET", "/i18n", (context, _) => Reply.JsonAsync(context, new PyDict()));
        router.Map("GET", "/workflow_templates", (context, _) => Reply.JsonAsync(context, Py.Dict(("verify_pack", new PyList { "demo" }))));
        // Example workflows of packs exist only under /api.
        router.Map("GET", "/api/workflow_templates/*/*", TemplateAsync, hasApiTwin: false);
        router.Map("GET", "/internal/logs", (context, _) => Reply.JsonAsync(context, process.Log.Text()), hasApiTwin: false);
        router.Map("GET", "/internal/logs/raw", (context, _) => Reply.JsonAsync(context, process.Log.Raw()), hasApiTwin: false);
        router.Map("PATCH", "/internal/logs/subscribe", SubscribeAsync, hasApiTwin: false);
        router.Map("GET", "/internal/files/*", FilesAsync, hasApiTwin: false);
    }

    private static Task IndexAsync(HttpContext context) =>
        Reply.BytesAsync(context, "<!doctype html><title>ComfyUI test server</title>\n"u8.ToArray(), "text/html");

    private PyDict SystemStats() => Py.Dict(
        ("system", Py.Dict(
            ("os", process.Options.Generation == ServerGeneration.Late ? "linux" : "posix"),
            ("ram_total", 25276514304L),
            ("ram_free", 23666069504L),
            ("comfyui_version", process.Options.ComfyVersion),
            ("required_frontend_version", "1.27.10"),
            ("installed_templates_version", "0.1.95"),
            ("required_templates_version", "0.1.95"),
            ("python_version", "3.13.5 (main)"),
            ("pytorch_version", "2.7.1+cpu"),
            ("embedded_python", false),
            ("argv", new PyList { "main.py", "--cpu" }))),
        ("devices", process.Options.Generation == ServerGeneration.Late ? Cards() : new PyList
        {
            Py.Dict(
                ("name", "cpu"),
                ("type", "cpu"),
                ("index", null),
                ("vram_total", 25276514304L),
                ("vram_free", 23666069504L),
                ("torch_vram_total", 25276514304L),
                ("torch_vram_free", 23666069504L)),
        }));

    private static PyList Cards() =>
    [
        Card(0, "NVIDIA GeForce RTX 4090", 25386352640L, 6174015488L),
        Card(1, "NVIDIA GeForce RTX 3060", 12622168064L, 12226658304L),
    ];

    private static PyDict Card(long index, string name, long total, long free) => Py.Dict(
        ("name", $"cuda:{index} {name} : cudaMallocAsync"),
        ("type", "cuda"),
        ("index", index),
        ("vram_total", total),
        ("vram_free", free),
        ("torch_vram_total", total - free),
        ("torch_vram_free", 0L));

    private Task ObjectInfoAsync(HttpContext context) => process.Options.ObjectInfoPath is { } path
        ? FileReply.SendAsync(context, path, "application/json; charset=utf-8")
        : Reply.JsonAsync(context, process.Catalogue.ObjectInfo());

    private static Task TemplateAsync(HttpContext context, string[] values) =>
        values is ["verify_pack", "demo.json"]
            ? Reply.BytesAsync(context, "{\"nodes\": [], \"links\": [], \"version\": 0.4}"u8.ToArray(), "application/json")
            : Reply.NotFoundAsync(context);

    private async Task SubscribeAsync(HttpContext context, string[] values)
    {
        var json = await RequestBody.ReadJsonAsync(context, process.Options.MaxUploadSize) as PyDict ?? throw new PyException("TypeError", "no object");
        if (!json.TryGetValue("clientId", out var client) || !json.TryGetValue("enabled", out var enabled))
        {
            throw new PyException("KeyError", "'clientId'");
        }

        process.Log.Subscribe(Py.Str(client), Py.Truth(enabled));
        await Reply.EmptyAsync(context);
    }

    private Task FilesAsync(HttpContext context, string[] values) => process.Files.Folder(values[0]) is { } folder
        ? Reply.JsonAsync(context, new DirectoryInfo(folder).GetFiles().OrderByDescending(f => f.LastWriteTimeUtc).Select(f => f.Name))
        : Reply.JsonAsync(context, Py.Dict(("error", "Invalid directory type")), 400);
}
