using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests;

public class CorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void EveryOracleWorkflowBecomesThePromptTheFrontendSent()
    {
        Corpus.SkipIfAbsent();
        int exact = 0, renamed = 0, total = 0;
        var report = new StringBuilder();
        foreach (CorpusItem item in Corpus.Items.Where(item => item.Use == "oracle"))
        {
            foreach ((string file, string expectedFile) in item.Oracles())
            {
                total++;
                List<string> differences = Differences(item, file, expectedFile, out bool wasRenamed);
                if (differences.Count == 0)
                {
                    exact += wasRenamed ? 0 : 1;
                    renamed += wasRenamed ? 1 : 0;
                }
                else
                {
                    report.AppendLine($"{item.Slug} {file} -> {expectedFile}");
                    differences.Take(12).ToList().ForEach(difference => report.AppendLine("    " + difference));
                }
            }
        }

        output.WriteLine($"{total} comparisons: {exact} exact, {renamed} up to node ids, {total - exact - renamed} differ");
        output.WriteLine(report.ToString());
        Assert.Equal(0, total - exact - renamed);
    }

    private static List<string> Differences(CorpusItem item, string file, string expectedFile, out bool wasRenamed)
    {
        wasRenamed = false;
        JsonObject expected = Corpus.ReadObject(item.PathOf(expectedFile));
        JsonObject actual;
        try
        {
            actual = WorkflowConverter.Convert(Corpus.ReadObject(item.PathOf(file)), Corpus.Catalogue).Prompt;
        }
        catch (ComfyUIException error)
        {
            return [error.Message];
        }

        HashSet<string> newer = expectedFile == "prompt.frontend.json" ? [] : item.NewerInputs;
        List<string> differences = PromptComparer.Compare(expected, actual, newer);
        bool mayRename = item.Features.Overlaps(["subgraph", "groupnode"]);
        if (differences.Count > 0 && mayRename && PromptComparer.Rename(expected, actual) is { } same)
        {
            wasRenamed = true;
            return PromptComparer.Compare(expected, same, newer);
        }

        return differences;
    }
}
