using Xunit;
using static ComfyUI.Client.Tests.Example;

namespace ComfyUI.Client.Tests;

public class UnknownClassTests
{
    private const string Nodes = """
        {"id":1,"type":"FancySampler","properties":{"cnr_id":"fancy-pack"},"widgets_values":[8,"randomize",0.5],
         "inputs":[{"name":"model","type":"MODEL","link":null},{"name":"seed","type":"INT","widget":{"name":"seed"}},{"name":"amount","type":"FLOAT","widget":{"name":"amount"}}]},
        {"id":2,"type":"Other","properties":{"aux_id":"owner/repo"}},{"id":3,"type":"Third"},{"id":4,"type":"Muted","mode":2},{"id":5,"type":"Load"}
        """;

    [Fact]
    public void EveryUnknownClassIsNamedWithItsPack()
    {
        var error = Assert.Throws<ComfyUIValidationException>(() => Convert(Workflow(Nodes)));
        Assert.Equal(ComfyUIErrorId.UnknownNodeClass, error.ErrorId);
        Assert.Equal(["1", "2", "3"], System.Linq.Enumerable.Select(error.NodeErrors, node => node.NodeId));
        Assert.Contains("node 1: FancySampler (it comes with fancy-pack)", error.Message);
        Assert.Contains("owner/repo", error.Message);
    }

    [Fact]
    public void UnknownClassesCanBeConvertedAsFarAsTheFileNamesTheirValues()
    {
        ConversionResult result = ConvertResult(Workflow(Nodes), new ConversionOptions { AllowUnknownClasses = true });
        AssertInputs(result.Prompt, "1", """{"seed":8,"amount":0.5}""");
        Assert.Equal(3, result.Warnings.Count);
        Assert.False(result.Prompt.ContainsKey("4"));
    }

    [Fact]
    public void ASpaceAfterAClassNameIsForgiven()
    {
        ConversionResult result = ConvertResult(Workflow("""{"id":1,"type":"Load "}"""));
        Assert.Equal("Load", result.Prompt["1"]!["class_type"]!.GetValue<string>());
        Assert.Single(result.Warnings);
    }
}
