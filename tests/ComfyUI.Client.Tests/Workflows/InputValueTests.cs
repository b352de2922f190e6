using System.Linq;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>What people write for an input becomes what the server takes, or is refused with a reason.</summary>
public sealed class InputValueTests
{
    private static readonly ComfyUINodeCatalogue Catalogue = ComfyUINodeCatalogue.Parse("""
        {"Sampler":{"input":{"required":{
            "denoise":["FLOAT",{"default":1,"min":0,"max":1}],
            "steps":["INT",{"default":20,"min":1,"max":100}],
            "sampler_name":[["euler","dpmpp_2m"]],
            "duration":[["5","10"]],
            "model":[["3.0","3.1"]],
            "image":[["a.png"],{"image_upload":true}]}},
          "output":[],"name":"Sampler","display_name":"Sampler","category":""}}
        """u8.ToArray());

    [Theory]
    [InlineData("denoise", "0.6", "0.6")]
    [InlineData("denoise", "1", "1")]
    [InlineData("steps", "30", "30")]
    public void A_number_without_a_fraction_says_nothing_of_its_type(string name, string text, string json)
        => Assert.Equal(json, Read(null, name, text, out _));

    [Theory]
    [InlineData("denoise", "0.6", "0.6")]
    [InlineData("sampler_name", "euler", "\"euler\"")]
    [InlineData("duration", "5", "\"5\"")]
    [InlineData("model", "3", "\"3.0\"")]
    [InlineData("image", "new.png", "\"new.png\"")]
    public void A_value_becomes_what_the_server_takes(string name, string text, string json)
        => Assert.Equal(json, Read(Catalogue, name, text, out _));

    [Theory]
    [InlineData("denoise", "2", "larger than 1", true)]
    [InlineData("steps", "0", "smaller than 1", true)]
    [InlineData("steps", "2.5", "not a whole number", false)]
    [InlineData("denoise", "0,5", "not a number", false)]
    [InlineData("sampler_name", "eulr", "did you mean 'euler'?", true)]
    [InlineData("duration", "7", "none of its choices", true)]
    public void What_does_not_fit_is_refused_with_the_reason_and_whether_a_newer_catalogue_may_take_it(string name, string text, string reason, bool mayFit)
    {
        Assert.Null(Read(Catalogue, name, text, out InputMisfit? misfit));
        Assert.Contains(reason, misfit!.Reason);
        Assert.Equal(mayFit, InputMisfit.GoesByCatalogue(misfit.Type));
    }

    [Fact]
    public void A_number_is_taken_for_the_choice_that_reads_like_it()
    {
        ComfyUIInputDefinition model = Catalogue.Find("Sampler")!.Inputs.Single(input => input.Name == "model");

        Assert.Equal("3.0", InputValues.Fit(JsonValue.Create(3.0), model)!.GetValue<string>());
    }

    private static string? Read(ComfyUINodeCatalogue? catalogue, string name, string text, out InputMisfit? misfit)
    {
        ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse("""
            {"1":{"class_type":"Sampler","inputs":{"denoise":1,"steps":20,"sampler_name":"euler","duration":"10","model":"3.1","image":"a.png"}}}
            """, "sampler.json");
        ComfyUIWorkflowInput input = WorkflowInputReader.Read(workflow, catalogue).Single(input => input.Name == name);
        return InputValue.Read(input, text, out misfit)?.ToJsonString();
    }
}
