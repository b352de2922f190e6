using System.Text.Json.Nodes;
using Xunit;
using static ComfyUI.Client.Tests.Example;

namespace ComfyUI.Client.Tests;

public class WidgetTests
{
    [Fact]
    public void ValuesFollowTheServersOrderAndTheControlSlotIsNotSent()
        => AssertInputs(
            Convert(Workflow("""{"id":1,"type":"Sample","widgets_values":[5,"randomize","ddim",0.25,"hello"]}""")),
            "1", """{"seed":5,"sampler":"ddim","denoise":0.25,"note":"hello"}""");

    [Fact]
    public void ValuesAreNeverMovedToABetterFit()
        => AssertInputs(
            Convert(Workflow("""{"id":1,"type":"Sample","widgets_values":[5,"ddim",0.25]}""")),
            "1", """{"seed":5,"sampler":0.25,"denoise":1.0,"note":"none"}""");

    [Theory]
    [InlineData("""{"id":1,"type":"Sample"}""")]
    [InlineData("""{"id":1,"type":"Sample","widgets_values":[]}""")]
    [InlineData("""{"id":1,"type":"Sample","widgets_values":null}""")]
    public void MissingValuesAreTheDefaults(string node)
        => AssertInputs(Convert(Workflow(node)), "1", """{"seed":7,"sampler":"euler","denoise":1.0,"note":"none"}""");

    [Fact]
    public void NullAndWrongTypesGoAsTheyAre()
        => AssertInputs(
            Convert(Workflow("""{"id":1,"type":"Sample","widgets_values":["5",null,null,true,{"a":1},"too","many"]}""")),
            "1", """{"seed":"5","sampler":null,"denoise":true,"note":{"a":1}}""");

    [Fact]
    public void NumbersKeepTheirText()
    {
        JsonObject prompt = Convert(Workflow("""{"id":1,"type":"Sample","widgets_values":[18446744073709551615,"fixed","euler",1.0]}"""));
        Assert.Equal("18446744073709551615", prompt["1"]!["inputs"]!["seed"]!.ToJsonString());
        Assert.Equal("1.0", prompt["1"]!["inputs"]!["denoise"]!.ToJsonString());
    }

    [Fact]
    public void SeedNamesHaveAControlSlotUnlessTheServerSaysNo()
    {
        JsonObject prompt = Convert(Workflow("""
            {"id":1,"type":"OldSeed","widgets_values":[5,"fixed",30]}, {"id":2,"type":"Number","widgets_values":[4,"x"]}
            """));
        AssertInputs(prompt, "1", """{"noise_seed":5,"steps":30}""");
        AssertInputs(prompt, "2", """{"value":4}""");
    }

    [Fact]
    public void ListsAreWrappedSoThatTheyAreNoLinks()
        => AssertInputs(
            Convert(Workflow("""{"id":1,"type":"Text","widgets_values":[["4",0]]}""")),
            "1", """{"text":{"__value__":["4",0]}}""");

    [Fact]
    public void ValuesCanBeSavedByName()
        => AssertInputs(
            Convert(Workflow("""{"id":1,"type":"Sample","widgets_values":{"denoise":0.1,"seed":9,"videopreview":{}}}""")),
            "1", """{"seed":9,"sampler":"euler","denoise":0.1,"note":"none"}""");

    [Fact]
    public void NamesHelpWhenTheListNoLongerFits()
    {
        const string Named = "\"widgets_values_named\":{\"denoise\":0.1,\"seed\":9,\"sampler\":\"ddim\"}";
        JsonObject prompt = Convert(Workflow(
            "{\"id\":1,\"type\":\"Sample\",\"widgets_values\":[9,\"ddim\",0.1]," + Named + "},"
            + "{\"id\":2,\"type\":\"Sample\",\"widgets_values\":[1,\"fixed\",\"euler\",0.2,\"edited\"]," + Named + "}"));
        AssertInputs(prompt, "1", """{"seed":9,"sampler":"ddim","denoise":0.1,"note":"none"}""");
        AssertInputs(prompt, "2", """{"seed":1,"sampler":"euler","denoise":0.2,"note":"edited"}""");
    }

    [Fact]
    public void OldFilesHoldValuesForForcedInputs()
    {
        JsonObject prompt = Convert(Workflow("""
            {"id":1,"type":"Forced","widgets_values":[11,12]}, {"id":2,"type":"Forced","widgets_values":[12]}, {"id":3,"type":"Forced","widgets_values":[12,13,14]}
            """));
        AssertInputs(prompt, "1", """{"b":12}""");
        AssertInputs(prompt, "2", """{"b":12}""");
        AssertInputs(prompt, "3", """{"b":12}""");
    }

    [Fact]
    public void TheUploadButtonsSlotIsAfterTheRequiredInputsOfServersWithoutInputOrder()
        => AssertInputs(
            Convert(Workflow("""{"id":1,"type":"LoadImage","widgets_values":["sub/y.png","image",2.0]}""")),
            "1", """{"image":"sub/y.png","scale":2.0}""");

    [Fact]
    public void ADynamicCombosChoiceBringsItsOwnWidgets()
    {
        JsonObject prompt = Convert(Workflow("""
            {"id":1,"type":"Mode","widgets_values":["size",32,99,"z"],"inputs":[{"name":"mode.ref","type":"IMAGE","link":1}]},
            {"id":2,"type":"Mode","widgets_values":["off","z"]},
            {"id":3,"type":"Mode","widgets_values":["deep","x",8,"z"]},
            {"id":4,"type":"Mode"},
            {"id":5,"type":"Mode","widgets_values":["unheard of","z"]},
            {"id":6,"type":"LoadImage","widgets_values":["x.png"]}
            """, "1,6,0,1,9"));
        AssertInputs(prompt, "1", """{"mode":"size","mode.width":32,"mode.seed":99,"mode.ref":["6",0],"last":"z"}""");
        AssertInputs(prompt, "2", """{"mode":"off","last":"z"}""");
        AssertInputs(prompt, "3", """{"mode":"deep","mode.inner":"x","mode.inner.n":8,"last":"z"}""");
        AssertInputs(prompt, "4", """{"mode":"size","mode.width":64,"mode.seed":1,"last":"end"}""");
        AssertInputs(prompt, "5", """{"mode":"unheard of","last":"z"}""");
    }

    [Fact]
    public void AutogrowInputsAreSocketsAndTakeNoSlot()
        => AssertInputs(
            Convert(Workflow("""
                {"id":1,"type":"Batch","widgets_values":[4],"inputs":[{"name":"images.image0","link":1},{"name":"images.image1","link":2},{"name":"images.image2","link":null}]},
                {"id":2,"type":"LoadImage"}
                """, "1,2,0,1,0 2,2,0,1,1")),
            "1", """{"images.image0":["2",0],"images.image1":["2",0],"count":4}""");

    [Fact]
    public void CustomComboSendsItsOptionsAndTheIndexOfTheChoice()
    {
        JsonObject prompt = Convert(Workflow("""
            {"id":1,"type":"CustomCombo","widgets_values":["b",77,"a","b",""]}, {"id":2,"type":"CustomCombo","widgets_values":["q",0,"a"]}
            """));
        AssertInputs(prompt, "1", """{"choice":"b","index":1,"option1":"a","option2":"b","option3":""}""");
        AssertInputs(prompt, "2", """{"choice":"q","index":-1,"option1":"a","option2":""}""");
    }

    [Fact]
    public void APacksOwnWidgetIsKnownByItsSocketInTheFile()
        => AssertInputs(
            Convert(Workflow("""{"id":1,"type":"Show","widgets_values":[{"r":1},"s"],"inputs":[{"name":"image","type":"IMAGE","widget":{"name":"image"},"link":null}]}""")),
            "1", """{"image":{"r":1},"list":"s"}""");
}
