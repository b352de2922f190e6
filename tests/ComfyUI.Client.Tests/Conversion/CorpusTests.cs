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
    // The picture's workflow holds another seed than the run had, so it disagrees with its own prompt; what 1.49 makes of it is compared.
    private const string SeedDiffers = "org-flux-text-to-image-flux-dev-t5fp16";

    [Fact]
    public void EveryOracleWorkflowBecomesThePromptTheFrontendSent()
    {
        Corpus.SkipIfAbsent();
        int exact = 0, renamed = 0, total = 0, items = 0;
        var report = new StringBuilder();
        foreach (CorpusItem item in Corpus.Items.Where(item => item.Use == "oracle"))
        {
            items++;
            foreach ((string file, string expectedFile) in item.Oracles())
            {
                if (item.Slug == SeedDiffers && expectedFile == "prompt.json")
                {
                    continue;
                }

                total++;
                List<string> differences = Differences(item, file, expectedFile, out bool wasRenamed);
                exact += differences.Count == 0 && !wasRenamed ? 1 : 0;
                renamed += differences.Count == 0 && wasRenamed ? 1 : 0;
                if (differences.Count > 0)
                {
                    report.AppendLine($"{item.Slug} {file} -> {expectedFile}");
                    differences.Take(12).ToList().ForEach(difference => report.AppendLine("    " + difference));
                }
            }
        }

        output.WriteLine($"{items} workflows, {total} comparisons: {exact} exact, {renamed} up to node ids, {total - exact - renamed} differ");
        output.WriteLine(report.ToString());
        Assert.Equal(total, exact + renamed);
        Assert.True(renamed <= 5, "More workflows than before match only up to node ids.");
    }

    [Fact]
    public void WorkflowsSavedAgainAfterTheirRunBecomeWhatTheFrontendMakesOfThemNow()
    {
        Corpus.SkipIfAbsent();
        Report(Corpus.Items.Where(item => item.Use == "structure-only" && File.Exists(item.PathOf("prompt.frontend.json")))
            .SelectMany(item => item.Oracles().Where(oracle => oracle.Expected == "prompt.frontend.json")
                .Select(oracle => (item.Slug + " " + oracle.File, Differences(item, oracle.File, oracle.Expected, out _)))));
    }

    [Fact]
    public void TheFrontendsOwnQuirksAreTheOnlyDifferencesInQuirkItems()
    {
        Corpus.SkipIfAbsent();
        string[] quirks = ["Preview3D.image", "SaveGLB.image", "PrimitiveFloat.value", "GeminiNode.prompt", "GrowMask.expand", "TextEncodeQwenImageEditPlus.prompt"];
        Report(Corpus.Items.Where(item => item.Use == "quirk").SelectMany(item => item.Oracles().Select(oracle => (
            item.Slug + " " + oracle.File,
            Differences(item, oracle.File, oracle.Expected, out _)
                .Where(difference => !quirks.Any(quirk => difference.Contains(" " + quirk + ":", StringComparison.Ordinal))).ToList()))));
    }

    [Fact]
    public void WorkflowsWithoutAnExpectedPromptConvertOrFailClearly()
    {
        Corpus.SkipIfAbsent();
        int converted = 0, refused = 0;
        foreach (CorpusItem item in Corpus.Items.Where(item => item.Kind == "ui-only" || item.Use == "robustness-input"))
        {
            try
            {
                WorkflowConverter.Convert(Corpus.ReadObject(item.PathOf("workflow.json")), Corpus.Catalogue);
                converted++;
            }
            catch (ComfyUIValidationException error)
            {
                Assert.Equal(ComfyUIErrorId.UnknownNodeClass, error.ErrorId);
                Assert.NotEmpty(error.NodeErrors);
                refused++;
            }
        }

        output.WriteLine($"{converted} converted, {refused} refused for classes the catalogue lacks");
        Assert.True(converted > 0 && refused > 0);
    }

    [Fact]
    public void CutAndScrambledWorkflowsNeverCrash()
    {
        Corpus.SkipIfAbsent();
        var random = new Random(20260101);
        foreach (CorpusItem item in Corpus.Items.Where((_, index) => index % 3 == 0))
        {
            JsonObject original = Corpus.ReadObject(item.PathOf("workflow.json"));
            for (int round = 0; round < 4; round++)
            {
                var workflow = (JsonObject)JsonText.Clone(original)!;
                Scramble.Change(workflow, random, changes: 25);
                try
                {
                    WorkflowConverter.Convert(workflow, Corpus.Catalogue, new ConversionOptions { AllowUnknownClasses = true });
                }
                catch (ComfyUIException)
                {
                }
            }
        }
    }

    // The same nodes muted or bypassed, and the same inputs unlinked, in each form a workflow comes in.
    [Fact]
    public void TheThreeFormsOfAWorkflowStayAlikeWhenTheyAreChangedAlike()
    {
        Corpus.SkipIfAbsent();
        var random = new Random(20260301);
        var results = new List<(string, List<string>)>();
        foreach (CorpusItem item in Corpus.Items.Where(item => item.Use == "oracle"))
        {
            JsonObject[] forms = [.. new[] { "workflow.json", "workflow.v1.json", "workflow.resaved.json" }
                .Where(file => File.Exists(item.PathOf(file))).Select(file => Corpus.ReadObject(item.PathOf(file)))];
            for (int round = 0; round < 2 && forms.Length > 1; round++)
            {
                int seed = random.Next();
                JsonObject?[] prompts = [.. forms.Select(form => CorpusChange.Apply(form, forms, new Random(seed)) is { } changed ? TryConvert(changed) : null)];
                for (int i = 1; i < prompts.Length; i++)
                {
                    Assert.Equal(prompts[0] is null, prompts[i] is null);
                    if (prompts[0] is { } first && prompts[i] is { } other)
                    {
                        List<string> differences = PromptComparer.Compare(first, other, []);
                        results.Add((item.Slug + " " + seed, differences.Count > 0 && PromptComparer.Rename(first, other) is { } same
                            ? PromptComparer.Compare(first, same, []) : differences));
                    }
                }
            }
        }

        Report(results);
    }

    private static JsonObject? TryConvert(JsonObject workflow)
    {
        try
        {
            return WorkflowConverter.Convert(workflow, Corpus.Catalogue, new ConversionOptions { Random = new Random(5) }).Prompt;
        }
        catch (ComfyUIValidationException)
        {
            return null;
        }
    }

    [Fact]
    public void NodesOfKnownClassesMatchInWorkflowsWithUnknownOnes()
    {
        Corpus.SkipIfAbsent();
        var results = new List<(string, List<string>)>();
        foreach (CorpusItem item in Corpus.Items.Where(item => item.Use == "needs-custom-object_info"))
        {
            JsonObject workflow = Corpus.ReadObject(item.PathOf("workflow.json"));
            ConversionResult result = WorkflowConverter.Convert(workflow, Corpus.Catalogue, new ConversionOptions { AllowUnknownClasses = true });
            if (File.Exists(item.PathOf("prompt.json")))
            {
                results.Add((item.Slug, PromptComparer.Compare(
                    Corpus.ReadObject(item.PathOf("prompt.json")), result.Prompt, item.NewerInputs, Corpus.Catalogue.Contains)));
            }
        }

        Report(results);
    }

    [Fact]
    public void EveryClassThatTheCatalogueLacksIsNamedOnceForEachNode()
    {
        Corpus.SkipIfAbsent();
        var results = new List<(string, List<string>)>();
        int known = 0, nodes = 0;
        foreach (CorpusItem item in Corpus.Items.Where(item => item.Use == "needs-custom-object_info"))
        {
            JsonObject workflow = Corpus.ReadObject(item.PathOf("workflow.json"));
            ConversionResult result = WorkflowConverter.Convert(workflow, Corpus.Catalogue, new ConversionOptions { AllowUnknownClasses = true });
            string[] missing = [.. result.Prompt.Where(node => !Corpus.Catalogue.Contains((string)node.Value!["class_type"]!))
                .Select(node => node.Key + " " + (string)node.Value!["class_type"]!).Order(StringComparer.Ordinal)];
            nodes += result.Prompt.Count;
            known += result.Prompt.Count - missing.Length;

            // When nothing may be missing, each is an error; else each is a warning.
            string[] errors = missing.Length == 0 ? [] : [.. Assert.Throws<ComfyUIValidationException>(() => WorkflowConverter.Convert(workflow, Corpus.Catalogue))
                .NodeErrors.Select(error => error.NodeId + " " + error.ClassType).Order(StringComparer.Ordinal)];
            string[] warnings = [.. result.Warnings.Where(warning => warning.Message.Contains("The class is unknown", StringComparison.Ordinal))
                .Select(warning => warning.NodeId + " " + warning.ClassType).Order(StringComparer.Ordinal)];
            List<string> differences = [.. Difference("errors", missing, errors), .. Difference("warnings", missing, warnings)];

            // What the prompt of the run itself needs of other packs.
            if (File.Exists(item.PathOf("prompt.json")))
            {
                string[] needed = [.. Corpus.ReadObject(item.PathOf("prompt.json")).Select(node => (string)node.Value!["class_type"]!)
                    .Where(name => !Corpus.Catalogue.Contains(name)).Distinct().Order(StringComparer.Ordinal)];
                differences.AddRange(Difference("classes", needed, [.. missing.Select(name => name.Split(' ', 2)[1]).Distinct().Order(StringComparer.Ordinal)]));
            }

            differences.AddRange(missing.Select(name => name.Split(' ', 2)[1]).Where(name => !item.UnknownClasses.Contains(name)).Select(name => name + " is not said to be missing"));
            results.Add((item.Slug, differences));
        }

        output.WriteLine($"{known} of {nodes} nodes converted ({100.0 * known / nodes:0.0} %), the others are of classes that the catalogue lacks");
        Report(results);
    }

    private static IEnumerable<string> Difference(string what, string[] expected, string[] actual)
        => [.. expected.Except(actual).Select(name => $"{what} lack {name}"), .. actual.Except(expected).Select(name => $"{what} have {name}"),
            .. actual.Length != actual.Distinct().Count() ? new[] { what + " repeat themselves" } : []];

    private void Report(IEnumerable<(string Name, List<string> Differences)> results)
    {
        int total = 0, differ = 0;
        foreach ((string name, List<string> differences) in results)
        {
            total++;
            differ += differences.Count > 0 ? 1 : 0;
            if (differences.Count > 0)
            {
                output.WriteLine(name);
                differences.Take(12).ToList().ForEach(difference => output.WriteLine("    " + difference));
            }
        }

        output.WriteLine($"{total} comparisons, {differ} differ");
        Assert.Equal(0, differ);
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
