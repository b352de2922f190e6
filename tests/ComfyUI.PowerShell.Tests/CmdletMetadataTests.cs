using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace ComfyUI.PowerShell.Tests;

/// <summary>What can be said of the cmdlets without running them.</summary>
public sealed class CmdletMetadataTests
{
    // Those that this module uses or may come to use; all are among Get-Verb's.
    private static readonly string[] ApprovedVerbs =
    [
        "Add", "Clear", "Close", "Compare", "Complete", "Connect", "Convert", "ConvertFrom", "ConvertTo", "Copy", "Disconnect", "Enter", "Exit",
        "Expand", "Export", "Find", "Format", "Get", "Import", "Install", "Invoke", "Measure", "Merge", "Move", "New", "Open", "Optimize", "Out",
        "Publish", "Read", "Receive", "Register", "Remove", "Rename", "Repair", "Reset", "Resolve", "Restart", "Restore", "Resume", "Save",
        "Search", "Select", "Send", "Set", "Show", "Start", "Stop", "Submit", "Suspend", "Switch", "Sync", "Test", "Uninstall", "Unregister",
        "Update", "Use", "Wait", "Watch", "Write",
    ];

    // These change the server, the disk, or what runs. Connect changes nothing but the session.
    private static readonly string[] ChangingVerbs =
    [
        "Add", "Clear", "Disconnect", "Export", "Install", "Invoke", "Move", "New", "Publish", "Remove", "Rename", "Reset", "Restart", "Save",
        "Send", "Start", "Stop", "Submit", "Update",
    ];

    // Set is in neither list: it may change a setting of the server, or an object in memory.
    private static readonly string[] HarmlessVerbs = ["Compare", "Connect", "ConvertFrom", "ConvertTo", "Find", "Get", "Import", "Measure", "Select", "Test", "Wait", "Watch"];

    public static TheoryData<string> Cmdlets => [.. CmdletClass.All.Select(c => c.Name)];

    [Fact]
    public void Manifest_exports_every_cmdlet_and_no_other()
        => Assert.Equal(CmdletClass.All.Select(c => c.Name).Order(StringComparer.Ordinal), CmdletClass.Exported.Order(StringComparer.Ordinal));

    [Fact]
    public void Manifest_lists_the_cmdlets_in_order()
        => Assert.Equal(CmdletClass.Exported.Order(StringComparer.Ordinal), CmdletClass.Exported);

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Name_has_an_approved_verb_and_our_noun(string cmdlet)
    {
        var it = Find(cmdlet);
        Assert.Contains(it.Verb, ApprovedVerbs);
        Assert.StartsWith("ComfyUI", it.Noun, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Output_type_is_declared(string cmdlet) => Assert.True(Find(cmdlet).HasOutputType);

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void WhatIf_is_there_where_something_changes(string cmdlet)
    {
        var it = Find(cmdlet);
        Assert.True(it.SupportsShouldProcess || !ChangingVerbs.Contains(it.Verb), "It changes something and has no -WhatIf.");
        Assert.True(!it.SupportsShouldProcess || !HarmlessVerbs.Contains(it.Verb), "It changes nothing and has a -WhatIf.");
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Class_has_a_file_of_its_own(string cmdlet)
    {
        var it = Find(cmdlet);
        Assert.Equal($"{it.Verb}{it.Noun}Command", it.Type.Name);
        Assert.True(it.Type.IsSealed, "A cmdlet is sealed.");
        var path = Path.Combine(Build.RepositoryRoot, "src", "ComfyUI.PowerShell", "Commands", it.Type.Name + ".cs");
        Assert.True(File.Exists(path), $"{path} is missing.");
        Assert.Single(Regex.Matches(File.ReadAllText(path), @"^\s*\[Cmdlet\(", RegexOptions.Multiline));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Secrets_are_never_plain_text(string cmdlet)
    {
        var plain = Find(cmdlet).Parameters.Where(p => Regex.IsMatch(p.Name, "Password|Token|Secret|ApiKey", RegexOptions.IgnoreCase) && p.PropertyType.Name == "String");
        Assert.Empty(plain.Select(p => p.Name));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void One_parameter_at_most_takes_whole_objects_from_the_pipeline_in_each_set(string cmdlet)
    {
        var sets =
            from parameter in Find(cmdlet).Parameters
            from attribute in parameter.GetCustomAttributesData()
            where attribute.AttributeType.Name == "ParameterAttribute"
                && attribute.NamedArguments.Any(a => a.MemberName == "ValueFromPipeline" && a.TypedValue.Value is true)
            group parameter.Name by attribute.NamedArguments.FirstOrDefault(a => a.MemberName == "ParameterSetName").TypedValue.Value as string ?? "";
        Assert.All(sets, set => Assert.Single(set));
    }

    [Fact]
    public void Parameters_of_one_name_have_one_type()
    {
        var differing =
            from cmdlet in CmdletClass.All
            from parameter in cmdlet.Parameters
            // One or several of a thing is the same thing: Import takes many paths, Export writes one.
            group (cmdlet.Name, Type: parameter.PropertyType.ToString().TrimEnd('[', ']')) by parameter.Name into same
            where same.Select(p => p.Type).Distinct().Count() > 1
            select $"-{same.Key}: " + string.Join(", ", same.Select(p => $"{p.Name} {p.Type}"));
        Assert.Empty(differing);
    }

    [Fact]
    public void Sources_hold_one_cmdlet_each()
    {
        var files = Directory.GetFiles(Path.Combine(Build.RepositoryRoot, "src", "ComfyUI.PowerShell", "Commands")).Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(CmdletClass.All.Select(c => c.Type.Name).Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
    }

    private static CmdletClass Find(string name) => CmdletClass.All.Single(c => c.Name == name);
}
