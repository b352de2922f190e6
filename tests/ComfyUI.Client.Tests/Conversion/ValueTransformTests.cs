using System;
using System.Text.Json.Nodes;
using Xunit;
using static ComfyUI.Client.Tests.Example;

namespace ComfyUI.Client.Tests;

public class ValueTransformTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a // gone\nb", "a \nb")]
    [InlineData("a /* gone\n too */ b", "a  b")]
    [InlineData("see http://example.com", "see http:")]
    [InlineData("a /* open", "a /* open")]
    [InlineData(@"\{a\|b\} \x", @"{a|b} \x")]
    [InlineData("{only}", "only")]
    [InlineData("{}", "")]
    [InlineData("x{a{b{c}}}y", "xabcy")]
    [InlineData("open {a", "open a")]
    [InlineData(@"{a\|b}", "a|b")]
    [InlineData("ends \\", "ends \\")]
    public void PromptsAreWorkedOutAsTheBrowserDoes(string text, string expected)
        => Assert.Equal(expected, DynamicPrompt.Expand(text, new Random(1)));

    [Fact]
    public void AlternativesAreChosenWithTheGivenRandom()
    {
        static string Roll(int seed) => Convert(
            Workflow("""{"id":1,"type":"Text","widgets_values":["a {red|green|{light|dark} blue|} b"]}"""),
            new ConversionOptions { Random = new Random(seed) })["1"]!["inputs"]!["text"]!.GetValue<string>();
        Assert.Equal(Roll(5), Roll(5));
        for (int seed = 0; seed < 50; seed++)
        {
            Assert.Contains(Roll(seed), new[] { "a red b", "a green b", "a light blue b", "a dark blue b", "a  b" });
        }
    }

    // What the help says of when there is chance in a prompt (about_ComfyUI_Workflows).
    [Fact]
    public void AlternativesAreChosenInUIFormatAlsoThoseThatAreSetAndNeverInAPrompt()
    {
        ComfyUIWorkflow drawn = ComfyUIWorkflow.Parse(Workflow("""{"id":1,"type":"Text","widgets_values":["plain"]}"""))
            .WithInputs([new("1.text", JsonValue.Create("{fox|fox} // a comment"))], Catalogue);
        ComfyUIWorkflow prompt = WorkflowOperations.Convert(drawn, Catalogue);
        AssertInputs(prompt.Document, "1", """{"text":"fox "}""");
        Assert.Equal("{fox|fox} // a comment", (string?)prompt.UIDocument!["nodes"]![0]!["widgets_values"]![0]);

        ComfyUIWorkflow sent = prompt.WithInputs([new("1.text", JsonValue.Create("{fox|fox}"))], Catalogue);
        AssertInputs(WorkflowOperations.Convert(sent, Catalogue).Document, "1", """{"text":"{fox|fox}"}""");
    }

    [Fact]
    public void AlternativesStayWhenNotWantedOrWhereTheServerDoesNotAskForThem()
    {
        const string Nodes = """{"id":1,"type":"Text","widgets_values":["{a|b}"]},{"id":2,"type":"Mode","widgets_values":["off","{a|b}"]}""";
        JsonObject prompt = Convert(Workflow(Nodes), new ConversionOptions { ExpandDynamicPrompts = false });
        AssertInputs(prompt, "1", """{"text":"{a|b}"}""");
        AssertInputs(Convert(Workflow(Nodes)), "2", """{"mode":"off","last":"{a|b}"}""");
    }

    [Theory]
    [InlineData("%date:yyyy-MM-dd%/%date:hhmmss%", "2026-03-04/050607")]
    [InlineData("%date:yy M d h:m:s yyy%", "26 3 4 5:6:7 yyy")]
    [InlineData("%Sample.seed%_x", "5_x")]
    [InlineData("%My Title.text%", "a_b_c_")]
    [InlineData("%Sample.nothing% %Nobody.seed% %width%x%height% 100%", "%Sample.nothing% %Nobody.seed% %width%x%height% 100%")]
    [InlineData("%%Sample.seed%", "%5")]
    [InlineData("%a.b.c%", "%a.b.c%")]
    [InlineData("%Sample.denoise%", "0.5")]
    public void FileNamesOfSavingNodesAreFilledIn(string prefix, string expected)
    {
        string workflow = Workflow(
            """
            {"id":1,"type":"Sample","widgets_values":[5,"fixed","euler",0.50]},{"id":2,"type":"Text","title":"My Title","widgets_values":["a/b:c*"]},
            """ + "{\"id\":3,\"type\":\"SaveImage\",\"widgets_values\":[\"" + prefix + "\"]},{\"id\":4,\"type\":\"Mode\",\"widgets_values\":[\"off\",\"" + prefix + "\"]}");
        JsonObject prompt = Convert(workflow, new ConversionOptions { TimeProvider = new FixedClock() });
        Assert.Equal(expected, prompt["3"]!["inputs"]!["filename_prefix"]!.GetValue<string>());
        Assert.Equal(prefix, prompt["4"]!["inputs"]!["last"]!.GetValue<string>());
    }

    [Fact]
    public void APrimitiveNodeReplacesOnlyWhenItSaysSo()
    {
        JsonObject prompt = Convert(Workflow("""
            {"id":1,"type":"PrimitiveNode","widgets_values":["%Number.value%"],"properties":{"Run widget replace on values":true}},
            {"id":2,"type":"PrimitiveNode","widgets_values":["%Number.value%"],"properties":{"Run widget replace on values":false}},
            {"id":3,"type":"Text","inputs":[{"name":"text","widget":{"name":"text"},"link":1}]},
            {"id":4,"type":"Text","inputs":[{"name":"text","widget":{"name":"text"},"link":2}]},
            {"id":5,"type":"Number","widgets_values":[6]}
            """, "1,1,0,3,0 2,2,0,4,0"));
        AssertInputs(prompt, "3", """{"text":"6"}""");
        AssertInputs(prompt, "4", """{"text":"%Number.value%"}""");
    }

    private sealed class FixedClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    }
}
