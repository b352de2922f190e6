using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
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

    [Fact]
    public void Manifest_exports_every_cmdlet_and_no_other()
        => Assert.Equal(CmdletClass.All.Select(c => c.Name).Order(StringComparer.Ordinal), CmdletClass.Exported.Order(StringComparer.Ordinal));

    [Fact]
    public void Manifest_lists_the_cmdlets_in_order() => Assert.Equal(CmdletClass.Exported.Order(StringComparer.Ordinal), CmdletClass.Exported);

    [Fact]
    public void Names_have_approved_verbs_and_our_noun()
        => NoneOf(c => !ApprovedVerbs.Contains(c.Verb) || !c.Noun.StartsWith("ComfyUI", StringComparison.Ordinal));

    [Fact]
    public void Output_types_are_declared() => NoneOf(c => !c.HasOutputType);

    [Fact]
    public void WhatIf_is_there_where_something_changes()
    {
        NoneOf(c => ChangingVerbs.Contains(c.Verb) && !c.SupportsShouldProcess);
        NoneOf(c => HarmlessVerbs.Contains(c.Verb) && c.SupportsShouldProcess);
    }

    [Fact]
    public void Classes_are_sealed_and_named_as_their_cmdlets() => NoneOf(c => !c.Type.IsSealed || c.Type.Name != $"{c.Verb}{c.Noun}Command");

    [Fact]
    public void Each_class_has_a_file_of_its_own()
    {
        var files = Directory.GetFiles(Path.Combine(Build.RepositoryRoot, "src", "ComfyUI.PowerShell", "Commands"), "*.cs");
        Assert.Equal(CmdletClass.All.Select(c => c.Type.Name).Order(StringComparer.Ordinal), files.Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(files, f => Regex.Count(File.ReadAllText(f), @"^\s*\[Cmdlet\(", RegexOptions.Multiline) != 1);
    }

    [Fact]
    public void Secrets_are_never_plain_text()
        => NoneOf(c => c.Parameters.Any(p => Regex.IsMatch(p.Name, "Password|Token|Secret|ApiKey", RegexOptions.IgnoreCase) && p.PropertyType.Name == "String"));

    [Fact]
    public void One_parameter_at_most_takes_whole_objects_from_the_pipeline_in_each_set() => NoneOf(c =>
        (from parameter in c.Parameters
         from attribute in parameter.GetCustomAttributesData()
         where attribute.AttributeType.Name == "ParameterAttribute"
             && attribute.NamedArguments.Any(a => a.MemberName == "ValueFromPipeline" && a.TypedValue.Value is true)
         group parameter.Name by attribute.NamedArguments.FirstOrDefault(a => a.MemberName == "ParameterSetName").TypedValue.Value as string ?? "")
        .Any(set => set.Count() > 1));

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

    // Each name stands for one thing in all cmdlets; what else somebody might call it is no parameter's name, though it may be an alias.
    [Theory]
    [InlineData("Id", "JobId|PromptId|PromptIds|Ids")]
    [InlineData("Session", "Connection|Context")]
    [InlineData("Uri", "Url|BaseUri|Server|Address|ComputerName|Host|HostName")]
    [InlineData("Credential", "Cred|Login")]
    [InlineData("User", "UserName|UserId")]
    [InlineData("Workflow", "Prompt|Graph")]
    [InlineData("Node", "NodeId|NodeName|NodeTitle")]
    [InlineData("Input", "InputName|Widget")]
    [InlineData("Name", "ClassType|Model|Template|FileName|SessionName")]
    [InlineData("Folder", "ModelFolder|ModelType|Kind")]
    [InlineData("Path", "File|FilePath|FileName|FullName|InFile")]
    [InlineData("LiteralPath", "PSPath|LP")]
    [InlineData("OutputPath", "OutDir|OutputFolder|OutputDirectory|Directory|TargetPath")]
    [InlineData("Subfolder", "Destination|Subdirectory|ServerFolder|RemotePath")]
    [InlineData("Force", "Overwrite|Clobber")]
    [InlineData("First", "Top|Limit|Max|MaxItems|Count")]
    [InlineData("TimeoutSec", "Timeout|TimeoutSeconds|WaitSec")]
    [InlineData("Status", "State|JobStatus")]
    [InlineData("ThrottleLimit", "Parallel|MaxParallel|Concurrency")]
    [InlineData("NoDownload", "SkipDownload")]
    [InlineData("PassThru", "Passthrough|ReturnObject")]
    public void Parameters_for_one_thing_have_one_name(string name, string others)
    {
        Assert.Contains(CmdletClass.All, c => c.Parameters.Any(p => p.Name == name));
        NoneOf(c => c.Parameters.Any(p => others.Split('|').Contains(p.Name, StringComparer.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData("ComfyUI.Client")]
    [InlineData("ComfyUI.PowerShell")]
    public void Public_types_and_members_are_documented(string assembly)
    {
        var documented = XDocument.Load(Build.DocumentationOf(assembly)).Descendants("member")
            .Where(m => m.Element("inheritdoc") is not null || m.Elements().Any(e => e.Value.Trim().Length > 0))
            .Select(m => m.Attribute("name")!.Value).ToHashSet(StringComparer.Ordinal);
        var missing =
            from type in CmdletClass.PublicTypes(assembly)
            from id in CmdletClass.DocumentationIds(type)
            where !documented.Contains(id)
            select id;
        Assert.Empty(missing);
    }

    // Objects of these types end up on somebody's screen.
    [Fact]
    public void Every_type_that_is_written_has_a_table_and_a_list()
    {
        var views = XDocument.Load(Path.Combine(Build.RepositoryRoot, "src", "ComfyUI.PowerShell", "Module", "ComfyUI.Format.ps1xml")).Descendants("View").ToArray();
        string[] Types(string control) => [.. views.Where(v => v.Element(control) is not null).SelectMany(v => v.Descendants("TypeName")).Select(t => t.Value).Distinct()];
        // PowerShell shows its own jobs.
        var written = CmdletClass.All.SelectMany(c => c.OutputTypes).Distinct()
            .Where(t => t.StartsWith("ComfyUI.", StringComparison.Ordinal) && t != "ComfyUI.PowerShell.PowerShellRunJob");
        Assert.Empty(written.Except(Types("TableControl")));
        Assert.Empty(written.Except(Types("ListControl")));
        Assert.Equal(Types("TableControl").Order(StringComparer.Ordinal), Types("ListControl").Order(StringComparer.Ordinal));
    }

    // Left to PowerShell, a job that is given by position becomes its text.
    [Fact]
    public void Ids_of_jobs_may_be_jobs() => NoneOf(c => c.Parameters.Any(p =>
        p.Name == "Id" && p.GetCustomAttributesData().Any(a => a.AttributeType.Name == "AliasAttribute") && !CmdletClass.Has(p, "JobIdTransformationAttribute")));

    private static void NoneOf(Func<CmdletClass, bool> isWrong) => Assert.Empty(CmdletClass.All.Where(isWrong).Select(c => c.Name));
}
