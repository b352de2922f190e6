using System;
using System.Collections.Generic;
using System.Security.Cryptography.X509Certificates;

namespace ComfyUI.TestServer;

/// <summary>How a test server is set up; what it does wrong is said in its <see cref="FaultPlan"/>.</summary>
public sealed record TestServerOptions
{
    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>A prefix all paths have, for example <c>/comfy</c>, as behind a reverse proxy. Empty for none.</summary>
    public string PathPrefix { get; init; } = "";

    /// <summary>User name of basic authentication; null asks for none.</summary>
    public string? UserName { get; init; }

    /// <summary>Password of basic authentication.</summary>
    public string? Password { get; init; }

    /// <summary>A token every request must bring as <c>Authorization: Bearer</c>; null asks for none. With a user name too, either will do.</summary>
    public string? BearerToken { get; init; }

    /// <summary>With a certificate the server speaks https and wss.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Refuses TLS connections that bring no client certificate (any will do).</summary>
    public bool RequireClientCertificate { get; init; }

    /// <summary>A cookie name. The first answer sets it, and every later request must bring it back, or gets 403; null for none.</summary>
    public string? SessionCookie { get; init; }

    /// <summary>The folder of input/, output/, temp/ and user/; null makes one and deletes it at the end.</summary>
    public string? BaseDirectory { get; init; }

    /// <summary>Another folder for output.</summary>
    public string? OutputDirectory { get; init; }

    /// <summary>The largest request body in bytes; more gets 413.</summary>
    public long MaxUploadSize { get; init; } = 104857600;

    /// <summary>Shows <see cref="MaxUploadSize"/> as a float, as a server started with --max-upload-size does.</summary>
    public bool MaxUploadSizeAsFloat { get; init; }

    /// <summary>Reads uploads and forgets them, so that measuring a client does not measure the server's disk.</summary>
    public bool DiscardUploads { get; init; }

    /// <summary>A file that <c>GET /object_info</c> gives as it is, whatever the server can run; null for its own classes.</summary>
    public string? ObjectInfoPath { get; init; }

    /// <summary>Compresses JSON and text for who accepts gzip (--enable-compress-response-body).</summary>
    public bool CompressResponses { get; init; }

    /// <summary>Does not compare Origin with Host (--enable-cors-header).</summary>
    public bool AllowAnyOrigin { get; init; }

    /// <summary>Which years' server it is.</summary>
    public ServerGeneration Generation { get; init; } = ServerGeneration.Recorded;

    /// <summary>As servers before autumn 2025: makes its own prompt_id whatever the client sent.</summary>
    public bool IgnoreClientPromptId { get => field || Generation == ServerGeneration.Early; init; }

    /// <summary>As servers before autumn 2025: /interrupt stops whatever runs, whatever the prompt_id says.</summary>
    public bool InterruptIgnoresPromptId { get => field || Generation == ServerGeneration.Early; init; }

    /// <summary>Is an application gateway that hides ComfyUI: only GET /status and POST /api/workflow exist.</summary>
    public bool Gateway { get; init; }

    /// <summary>As with --multi-user: the users, id to name. Settings and files need one of the ids in the header comfy-user. Null for a single user.</summary>
    public IReadOnlyDictionary<string, string>? Users { get; init; }

    /// <summary>How long one KSampler step takes.</summary>
    public TimeSpan SamplerStepTime { get; init; }

    /// <summary>The choices of CheckpointLoaderSimple.</summary>
    public IReadOnlyList<string> Checkpoints { get; init; } = ["dummy_v1.safetensors", "sub/dummy_v2.safetensors"];

    /// <summary>The choices of LoraLoader.</summary>
    public IReadOnlyList<string> Loras { get; init; } = ["dummy_lora.safetensors"];

    /// <summary>What /system_stats says about the version.</summary>
    public string ComfyVersion { get => field ?? VersionOf(Generation); init; }

    private static string VersionOf(ServerGeneration generation) => generation switch
    {
        ServerGeneration.Early => "0.3.0",
        ServerGeneration.Late => "0.38.0",
        _ => "0.3.64",
    };
}
