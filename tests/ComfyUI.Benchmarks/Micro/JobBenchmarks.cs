using System;
using System.Text;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using ComfyUI.Client;

namespace ComfyUI.Benchmarks;

/// <summary>What a run does to its documents.</summary>
[MemoryDiagnoser]
public class JobBenchmarks
{
    private const string Id = "2f1dd1b2-2a9c-4b5c-8f43-5a2f0f0c7a11";

    private static readonly byte[] History = Encoding.UTF8.GetBytes("""
        {"ID": {"prompt": [1, "ID", {"1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 3377407}}, "2": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}}, "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "benchmark"}}}, {"client_id": "ID"}, ["3"]], "outputs": {"3": {"images": [{"filename": "benchmark_00001_.png", "subfolder": "", "type": "output"}]}}, "status": {"status_str": "success", "completed": true, "messages": [["execution_start", {"prompt_id": "ID", "timestamp": 1760000000000}], ["execution_cached", {"nodes": ["1", "2", "3"], "prompt_id": "ID", "timestamp": 1760000000001}], ["execution_success", {"prompt_id": "ID", "timestamp": 1760000000002}]]}, "meta": {"3": {"node_id": "3", "display_node": "3", "parent_node": null, "real_node_id": "3"}}}}
        """.Replace("ID", Id, StringComparison.Ordinal));

    private static readonly ComfyUINodeCatalogue Catalogue = ComfyUINodeCatalogue.Parse(Encoding.UTF8.GetBytes(CatalogueMaker.Make(200 * 1024)));
    private readonly JsonObject _workflow = (JsonObject)JsonNode.Parse(UIWorkflowMaker.Make(1000))!;

    [Benchmark]
    public object? ReadHistory() => HistoryEntry.Read((JsonObject)JsonText.Parse(History)!, Id);

    [Benchmark]
    public object? ConvertThousandNodes() => WorkflowConverter.Convert(_workflow, Catalogue).Prompt;
}
