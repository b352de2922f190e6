using System.Text;
using BenchmarkDotNet.Attributes;
using ComfyUI.Client;

namespace ComfyUI.Benchmarks;

/// <summary>A node catalogue of 20 MB.</summary>
[MemoryDiagnoser]
public class CatalogueBenchmarks
{
    private readonly byte[] _json = Encoding.UTF8.GetBytes(CatalogueMaker.Make(20 * 1024 * 1024));
    private readonly byte[] _small = Encoding.UTF8.GetBytes(CatalogueMaker.Make(200 * 1024));
    private ComfyUINodeCatalogue _catalogue = null!;

    [GlobalSetup]
    public void SetUp() => _catalogue = ComfyUINodeCatalogue.Parse(_json);

    [Benchmark]
    public object? ParseAndFindOne() => ComfyUINodeCatalogue.Parse(_json).Find("KSampler")!.Inputs;

    [Benchmark]
    public object? ParseSmall() => ComfyUINodeCatalogue.Parse(_small);

    [Benchmark]
    public object? FindKnown() => _catalogue.Find("KSampler")!.FindInput("seed");
}
