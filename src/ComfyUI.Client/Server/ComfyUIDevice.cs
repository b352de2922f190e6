using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>A device that a server computes on (<c>devices</c> of <c>GET /system_stats</c>).</summary>
public sealed record ComfyUIDevice
{
    /// <summary>Its name, such as <c>cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync</c>.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary><c>cuda</c>, <c>cpu</c>, <c>mps</c> and others.</summary>
    public string Type { get; init; } = string.Empty;

    /// <summary>Which one of its type; null for the CPU.</summary>
    public int? Index { get; init; }

    /// <summary>Its memory in all, in bytes; null when unknown.</summary>
    public long? VramTotal { get; init; }

    /// <summary>Its memory that is free, in bytes; null when unknown.</summary>
    public long? VramFree { get; init; }

    /// <summary>The memory PyTorch has taken, in bytes; null when unknown.</summary>
    public long? TorchVramTotal { get; init; }

    /// <summary>The part of it that PyTorch does not use, in bytes; null when unknown.</summary>
    public long? TorchVramFree { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal static ComfyUIDevice Read(JsonObject device) => new()
    {
        Name = Redaction.ServerLine(device.Text("name") ?? string.Empty),
        Type = Redaction.ServerLine(device.Text("type") ?? string.Empty),
        Index = (int?)device.Integer("index"),
        VramTotal = device.Integer("vram_total"),
        VramFree = device.Integer("vram_free"),
        TorchVramTotal = device.Integer("torch_vram_total"),
        TorchVramFree = device.Integer("torch_vram_free"),
    };
}
