using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>What a server is and how it is doing (<c>GET /system_stats</c>, <c>/queue</c> and <c>/features</c>).</summary>
public sealed record ComfyUIStatus
{
    /// <summary>The server's address.</summary>
    public Uri? Uri { get; init; }

    /// <summary>ComfyUI's version, such as <c>0.3.64</c>; null when it does not say.</summary>
    public string? Version { get; init; }

    /// <summary>Python's version and build.</summary>
    public string? PythonVersion { get; init; }

    /// <summary>PyTorch's version.</summary>
    public string? PyTorchVersion { get; init; }

    /// <summary>The operating system, as the server calls it: <c>posix</c>, <c>nt</c>, <c>linux</c>, <c>win32</c>, <c>darwin</c>.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>Memory in all, in bytes; null when unknown.</summary>
    public long? RamTotal { get; init; }

    /// <summary>Memory that is free, in bytes; null when unknown.</summary>
    public long? RamFree { get; init; }

    /// <summary>The devices it computes on; the main one first.</summary>
    public IReadOnlyList<ComfyUIDevice> Devices { get; init; } = [];

    /// <summary>How many jobs run; null when the queue is not to be had.</summary>
    public int? RunningCount { get; init; }

    /// <summary>How many jobs wait; null when the queue is not to be had.</summary>
    public int? PendingCount { get; init; }

    /// <summary>What the server says it can do; empty on servers before 2025.</summary>
    public IReadOnlyDictionary<string, object?> Features { get; init; } = new Dictionary<string, object?>();

    /// <summary>How long the server took to answer.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Reads the answer of <c>/system_stats</c>.</summary>
    internal static ComfyUIStatus Read(Uri uri, JsonObject stats, TimeSpan latency)
    {
        JsonObject system = stats.Object("system") ?? [];
        var devices = new List<ComfyUIDevice>();
        foreach (JsonNode? node in stats.Array("devices") ?? [])
        {
            if (node is JsonObject device)
            {
                devices.Add(ComfyUIDevice.Read(device));
            }
        }

        return new ComfyUIStatus
        {
            Uri = uri,
            Version = Line(system.Text("comfyui_version")),
            PythonVersion = Line(system.Text("python_version")),
            PyTorchVersion = Line(system.Text("pytorch_version")),
            OperatingSystem = Line(system.Text("os")),
            RamTotal = system.Integer("ram_total"),
            RamFree = system.Integer("ram_free"),
            Devices = devices,
            Latency = latency,
        };
    }

    private static string? Line(string? text) => text is null ? null : Redaction.ServerLine(text);
}
