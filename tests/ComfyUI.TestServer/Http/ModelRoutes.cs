using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>/models, /embeddings, /experiment/models and /view_metadata: the models of the options, which exist by name only.</summary>
internal sealed class ModelRoutes(TestServerOptions options)
{
    // Without these two in the list with sizes, as on the real server.
    private static readonly string[] Unlisted = ["configs", "custom_nodes"];

    private static readonly string[] Folders =
    [
        "checkpoints", "configs", "loras", "vae", "text_encoders", "diffusion_models", "clip_vision", "style_models", "embeddings",
        "diffusers", "vae_approx", "controlnet", "gligen", "upscale_models", "custom_nodes", "hypernetworks", "photomaker",
        "classifiers", "model_patches", "audio_encoders",
    ];

    public void AddTo(Router router)
    {
        router.Map("GET", "/models", (context, _) => Reply.JsonAsync(context, Folders));
        router.Map("GET", "/models/*", (context, values) => NamesAsync(context, values[0]));
        router.Map("GET", "/embeddings", (context, _) => Reply.JsonAsync(context, new[] { "dummy_emb" }));
        router.Map("GET", "/experiment/models", (context, _) => Reply.JsonAsync(context, Folders.Except(Unlisted).Select(FolderEntry).ToArray()));
        router.Map("GET", "/experiment/models/*", (context, values) => DetailsAsync(context, values[0]));
        router.Map("GET", "/view_metadata/*", (context, values) => MetadataAsync(context, values[0]));
    }

    private Task NamesAsync(HttpContext context, string folder) =>
        Folders.Contains(folder) ? Reply.JsonAsync(context, Names(folder)) : Reply.EmptyAsync(context, 404);

    private Task DetailsAsync(HttpContext context, string folder) =>
        Folders.Contains(folder) && !Unlisted.Contains(folder)
            ? Reply.JsonAsync(context, Names(folder).Select(Entry).ToArray())
            : Reply.EmptyAsync(context, 404);

    private Task MetadataAsync(HttpContext context, string folder)
    {
        var name = context.Request.Query["filename"].ToString();
        return folder == "loras" && options.Loras.Contains(name)
            ? Reply.JsonAsync(context, Py.Dict(
                ("modelspec.title", name),
                ("ss_network_dim", "16"),
                ("ss_tag_frequency", "{\"a\": {\"fox\": 3}}")))
            : Reply.EmptyAsync(context, 404);
    }

    private IReadOnlyList<string> Names(string folder) => folder switch
    {
        "checkpoints" => options.Checkpoints,
        "loras" => options.Loras,
        "embeddings" => ["dummy_emb.pt"],
        _ => [],
    };

    private static PyDict FolderEntry(string folder) => Py.Dict(
        ("name", folder),
        ("folders", new PyList { $"/srv/ComfyUI/models/{folder}", $"/srv/ComfyUI/output/{folder}" }));

    // Sizes and times that tell the models apart and are the same in every run.
    private static PyDict Entry(string name) => Py.Dict(
        ("name", name),
        ("pathIndex", 0L),
        ("modified", 1795328752.4184358 + name.Length),
        ("created", 1795328752.4184358),
        ("size", (long)name.Length * 100_000_000));
}
