using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Emit;
using Xunit;

namespace ComfyUI.Client.Tests.Packaging;

/// <summary>What a PowerShell loads with the client: nothing foreign on 7, and nothing that disagrees with itself on 5.1.</summary>
public sealed class ClosureTests
{
    // What .NET Framework 4.7.2 itself brings of the names that netstandard2.0 libraries use.
    private static readonly HashSet<string> Framework = ["netstandard", "mscorlib", "System", "System.Core"];

    [Fact]
    public void The_net8_build_refers_to_the_shared_framework_only()
    {
        string shared = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        Assert.All(
            AssemblyReferences.Of(ClientBuild.Assembly("net8.0")),
            reference => Assert.True(File.Exists(Path.Combine(shared, reference.Name + ".dll")), $"{reference.Name} is no part of the shared framework"));
    }

    [Fact]
    public void The_net8_build_brings_no_package()
    {
        Assert.Equal([ClientBuild.Assembly("net8.0")], ClientBuild.Closure("net8.0"));
        Assert.Equal(["ComfyUI.Client.dll"], Directory.GetFiles(Path.GetDirectoryName(ClientBuild.Assembly("net8.0"))!, "*.dll").Select(Path.GetFileName));
    }

    [Fact]
    public void The_netstandard_closure_agrees_on_every_version()
    {
        IReadOnlyList<string> closure = ClientBuild.Closure("netstandard2.0");

        Assert.Contains(closure, path => Path.GetFileName(path) == "System.Text.Json.dll");
        Assert.Empty(AssemblyReferences.Mismatches(closure));
    }

    [Fact]
    public void The_netstandard_closure_is_complete()
        => Assert.Empty(AssemblyReferences.Missing(ClientBuild.Closure("netstandard2.0"), Framework.Contains));

    [Fact]
    public void The_checks_find_a_mismatch_and_a_gap_that_are_made_up()
    {
        using var folder = new TempFolder();
        string json = Write(folder, "Made.Json", new Version(10, 0, 0, 0), []);
        string user = Write(folder, "Made.User", new Version(1, 0, 0, 0), [("Made.Json", new Version(9, 0, 0, 1)), ("Made.Absent", new Version(1, 0, 0, 0))]);

        Assert.Equal(["Made.User.dll wants Made.Json 9.0.0.1, shipped is 10.0.0.0"], AssemblyReferences.Mismatches([json, user]));
        Assert.Equal(["Made.User.dll wants Made.Absent"], AssemblyReferences.Missing([json, user], name => name.StartsWith("System.", StringComparison.Ordinal)));
    }

    // A type that derives from one of the other assembly makes the compiler write down the reference.
    private static string Write(TempFolder folder, string name, Version version, (string Name, Version Version)[] references)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = version }, typeof(object).Assembly);
        ModuleBuilder module = assembly.DefineDynamicModule(name);
        module.DefineType(name + ".Thing", TypeAttributes.Public).CreateType();
        foreach ((string referenced, Version wanted) in references)
        {
            var other = new PersistedAssemblyBuilder(new AssemblyName(referenced) { Version = wanted }, typeof(object).Assembly);
            Type parent = other.DefineDynamicModule(referenced).DefineType(referenced + ".Thing", TypeAttributes.Public).CreateType();
            module.DefineType($"{name}.{referenced}Child", TypeAttributes.Public, parent).CreateType();
        }

        string path = folder[name + ".dll"];
        assembly.Save(path);
        return path;
    }
}
