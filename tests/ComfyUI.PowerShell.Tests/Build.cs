using System;
using System.IO;
using System.Linq;
using System.Reflection;

namespace ComfyUI.PowerShell.Tests;

/// <summary>Where the build has put what is tested.</summary>
internal static class Build
{
    public static string RepositoryRoot { get; } = Metadata("RepositoryRoot");

    public static string TestServer { get; } = Metadata("TestServer");

    public static string Benchmarks { get; } = Metadata("Benchmarks");

    public static string Pester { get; } = Metadata("Pester");

    public static string PowerShellStandard { get; } = Metadata("PowerShellStandard");

    public static string Manifest => Path.Combine(RepositoryRoot, "ComfyUI.psd1");

    public static string PesterFolder => Path.Combine(RepositoryRoot, "tests", "Pester");

    public static string ModuleBin => Path.Combine(RepositoryRoot, "bin", "net8.0");

    /// <summary>What the compiler made of the comments of an assembly.</summary>
    public static string DocumentationOf(string assembly) =>
        Directory.GetFiles(Path.Combine(RepositoryRoot, "src", assembly, "bin"), assembly + ".xml", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(Path.GetDirectoryName(path)) == "net8.0")
            .MaxBy(File.GetLastWriteTimeUtc)
        ?? throw new FileNotFoundException("The build has made no documentation of " + assembly + ".");

    private static string Metadata(string key) => typeof(Build).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value
        ?? throw new InvalidOperationException($"The build has not said what {key} is.");
}
