using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Xunit;

namespace ComfyUI.Client.Tests;

/// <summary>Sets every value of every workflow of the corpus in the UI document, and sees whether the prompt it becomes has just these changes.</summary>
public class CorpusEditTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("workflow.json")]
    [InlineData("workflow.v1.json")]
    [InlineData("workflow.resaved.json")]
    public void ValuesSetInAUIDocumentArriveInItsPromptAndNothingElseChanges(string form)
    {
        Corpus.SkipIfAbsent();
        int files = 0, wholeFiles = 0, values = 0, exact = 0;
        var faults = new List<string>();
        foreach (CorpusItem item in Corpus.Items.Where(item => File.Exists(item.PathOf(form))))
        {
            ComfyUIWorkflow workflow = ComfyUIWorkflow.Parse(File.ReadAllText(item.PathOf(form)));
            List<(string Key, JsonNode Value)> edits;
            JsonObject before;
            try
            {
                before = Convert(workflow);
                edits = [.. WorkflowInputReader.Read(workflow, Corpus.Catalogue).Where(IsSettable).Select(input => (input.Key, NewValue(input)))];
            }
            catch (ComfyUIValidationException)
            {
                continue;
            }

            if (edits.Count == 0)
            {
                continue;
            }

            List<string> failed = Failures(workflow, before, edits);
            files++;
            wholeFiles += failed.Count == 0 ? 1 : 0;
            values += edits.Count;
            exact += edits.Count - failed.Count;
            faults.AddRange(failed.Select(fault => item.Slug + " " + fault));
        }

        output.WriteLine($"{form}: {exact} of {values} values set exactly ({100.0 * exact / values:0.00}%), all of them in {wholeFiles} of {files} files");
        faults.Take(60).ToList().ForEach(output.WriteLine);
        Assert.True(files > 100);
        Assert.True(exact >= values * 0.99, "A smaller share of values than before can be set exactly.");
    }

    // All at once, and one by one where that is refused.
    private static List<string> Failures(ComfyUIWorkflow workflow, JsonObject before, List<(string Key, JsonNode Value)> edits)
    {
        try
        {
            return Differences(before, Convert(Edit(workflow, edits)), edits);
        }
        catch (ComfyUIException) when (edits.Count > 1)
        {
            return [.. edits.SelectMany(edit => Failures(workflow, before, [edit]))];
        }
        catch (ComfyUIException error)
        {
            return [edits[0].Key + ": " + error.Message];
        }
    }

    private static List<string> Differences(JsonObject before, JsonObject after, List<(string Key, JsonNode Value)> edits)
    {
        var expected = edits.ToDictionary(edit => edit.Key, edit => edit.Value);
        var differences = new List<string>();
        foreach ((string id, JsonNode? node) in before)
        {
            var was = (JsonObject)node!["inputs"]!;
            if (after[id]?["inputs"] is not JsonObject now)
            {
                differences.Add(id + ": gone");
                continue;
            }

            foreach (string name in was.Select(input => input.Key).Union(now.Select(input => input.Key)))
            {
                JsonNode? wanted = expected.GetValueOrDefault(id + "." + name, was[name]!);
                if (!JsonEquality.AreEqual(wanted, now[name]))
                {
                    differences.Add($"{id}.{name} ({node["class_type"]}): {JsonText.Write(now[name])}, expected {JsonText.Write(wanted)}");
                }
            }
        }

        return differences.Count > 0 && edits.Count == 1 ? [differences[0]] : differences;
    }

    private static ComfyUIWorkflow Edit(ComfyUIWorkflow workflow, List<(string Key, JsonNode Value)> edits)
        => workflow.WithInputs(edits.Select(edit => KeyValuePair.Create(edit.Key, (JsonNode?)edit.Value)), Corpus.Catalogue);

    private static JsonObject Convert(ComfyUIWorkflow workflow)
        => WorkflowConverter.Expand(workflow.Document, Corpus.Catalogue, WorkflowInputReader.AsKept).WriteAsKept();

    // What chooses other widgets, or is computed from others, changes more than itself.
    private static bool IsSettable(ComfyUIWorkflowInput input)
        => input is { IsPresent: true, IsLinked: false, IsWidget: true } && input.Type != "COMFY_DYNAMICCOMBO_V3" && input.ClassType != "CustomCombo"
            && Corpus.Catalogue.Contains(input.ClassType);

    // Inputs that share a value have the same one, and get the same one.
    private static JsonNode NewValue(ComfyUIWorkflowInput input) => input.Value switch
    {
        bool flag => JsonValue.Create(!flag),
        long number => JsonNumber.TryCreate(number + 1)!,
        ulong number => JsonNumber.TryCreate(number - 1)!,
        double number => JsonNumber.TryCreate(number + 0.5)!,
        string text when input.Type is "INT" or "FLOAT" => JsonNumber.TryCreate(7L)!,
        string text => JsonValue.Create(text + " changed"),
        _ => input.Type is "INT" or "FLOAT" ? JsonNumber.TryCreate(7L)! : JsonValue.Create("changed"),
    };
}
