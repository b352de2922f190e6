using System;
using System.Text;
using BenchmarkDotNet.Attributes;
using ComfyUI.Client;

namespace ComfyUI.Benchmarks;

/// <summary>A WebSocket message into an event.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private static readonly ReadOnlyMemory<byte> Progress = Encoding.UTF8.GetBytes(
        """{"type": "progress", "data": {"value": 7, "max": 20, "prompt_id": "2f1dd1b2-2a9c-4b5c-8f43-5a2f0f0c7a11", "node": "3"}}""");

    private static readonly ReadOnlyMemory<byte> State = Encoding.UTF8.GetBytes(
        """{"type": "progress_state", "data": {"prompt_id": "2f1dd1b2-2a9c-4b5c-8f43-5a2f0f0c7a11", "nodes": {"3": {"value": 7, "max": 20, "state": "running", "node_id": "3", "prompt_id": "2f1dd1b2-2a9c-4b5c-8f43-5a2f0f0c7a11", "display_node_id": "3", "parent_node_id": null, "real_node_id": "3"}}}}""");

    private static readonly ReadOnlyMemory<byte> Other = Encoding.UTF8.GetBytes(
        """{"type": "crystools.monitor", "data": {"cpu_utilization": 12.5, "ram_total": 67108864, "ram_used": 1234, "gpus": [{"gpu_utilization": 99, "vram_used": 1}]}}""");

    [Benchmark]
    public object? ProgressFrame() => FrameReader.ReadText(Progress);

    [Benchmark]
    public object? ProgressStateFrame() => FrameReader.ReadText(State);

    [Benchmark]
    public object? FrameOfAnotherPack() => FrameReader.ReadText(Other);
}
