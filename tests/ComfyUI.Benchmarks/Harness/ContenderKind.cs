using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace ComfyUI.Benchmarks;

/// <summary>One kind of contender, and how its process is started.</summary>
/// <param name="Name">The short name.</param>
/// <param name="Title">What it is, for the tables.</param>
/// <param name="Start">Describes its process.</param>
internal sealed record ContenderKind(string Name, string Title, Func<ProcessStartInfo> Start);

/// <summary>Finds the contenders that can run on this machine, and says which cannot.</summary>
internal sealed class ContenderFinder
{
    /// <summary>The Node package; newer versions may be faster or slower.</summary>
    private const string SdkPackage = "@saintno/comfyui-sdk@0.3.1";

    private readonly List<ContenderKind> _found = [];
    private readonly List<string> _missing = [];

    internal IReadOnlyList<ContenderKind> Found => _found;

    /// <summary>Which are left out, and why.</summary>
    internal IReadOnlyList<string> Missing => _missing;

    internal string? PowerShell { get; } = Find("pwsh");

    internal string? Python { get; private set; }

    internal static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Contenders", "Scripts", name);

    /// <summary>Looks for all of them.</summary>
    /// <param name="installs">Whether what is missing may be fetched from its registry.</param>
    /// <param name="only">The ones to look for; empty for all.</param>
    internal void Find(bool installs, IReadOnlyList<string> only)
    {
        bool Wants(string name) => only.Count == 0 || only.Contains(name);
        if (Wants("socket"))
        {
            Add("socket", "Floor: raw TCP", () => Own("socket"));
        }

        if (Wants("floor"))
        {
            Add("floor", "Floor: bare HttpClient loop", () => Own("floor"));
        }

        if (Wants("client"))
        {
            Add("client", "ComfyUI.Client (this library)", () => Own("client"));
        }

        if (Wants("cmdlets") || Wants("rest"))
        {
            AddPowerShell(Wants("cmdlets"), Wants("rest"));
        }

        if (Wants("aiohttp"))
        {
            AddPython();
        }

        if (Wants("sdk"))
        {
            AddNode(installs);
        }

        if (Wants("curl"))
        {
            if (Find("curl") is not null)
            {
                Add("curl", "curl", () => Own("curl"));
            }
            else
            {
                _missing.Add("curl: not on the path");
            }
        }
    }

    /// <summary>This program again, as a contender.</summary>
    internal static ProcessStartInfo Own(string name)
        => new("dotnet") { ArgumentList = { typeof(ContenderFinder).Assembly.Location, "contender", name } };

    private void AddPowerShell(bool cmdlets, bool rest)
    {
        if (PowerShell is null)
        {
            _missing.Add("cmdlets and rest: no pwsh on the path");
            return;
        }

        if (cmdlets)
        {
            Add("cmdlets", "Cmdlets in pwsh (this module)", () => PowerShellScript("cmdlets.ps1"));
        }

        if (rest)
        {
            Add("rest", "Invoke-RestMethod script, 50 ms polling", () => PowerShellScript("rest.ps1"));
        }
    }

    private ProcessStartInfo PowerShellScript(string name)
        => new(PowerShell!) { ArgumentList = { "-NoProfile", "-NonInteractive", "-File", Script(name) } };

    private void AddPython()
    {
        // Debian's package belongs to the system's Python, which need not be the first on the path.
        Python = new[] { "/usr/bin/python3", Find("python3"), Find("python") }.FirstOrDefault(python => python is not null && Succeeds(python, "-c", "import aiohttp"));
        if (Python is null)
        {
            _missing.Add("aiohttp: no Python with aiohttp (Debian: apt-get install python3-aiohttp)");
            return;
        }

        Add("aiohttp", "Minimal Python aiohttp client", () => new ProcessStartInfo(Python) { ArgumentList = { Script("aiohttp_client.py") } });
    }

    private void AddNode(bool installs)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "node");
        string package = Path.Combine(folder, "node_modules", "@saintno", "comfyui-sdk");
        if (Find("node") is not { } node)
        {
            _missing.Add("sdk: no node on the path");
            return;
        }

        if (!Directory.Exists(package) && installs && Find("npm") is { } npm)
        {
            Directory.CreateDirectory(folder);
            Succeeds(npm, "install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel", "error", SdkPackage);
        }

        if (!Directory.Exists(package))
        {
            _missing.Add($"sdk: {SdkPackage} is not installed and could not be");
            return;
        }

        // Node looks for packages beside the script.
        File.Copy(Script("sdk.mjs"), Path.Combine(folder, "sdk.mjs"), overwrite: true);
        Add("sdk", SdkPackage + " on Node", () => new ProcessStartInfo(node) { ArgumentList = { Path.Combine(folder, "sdk.mjs") } });
    }

    private void Add(string name, string title, Func<ProcessStartInfo> start) => _found.Add(new ContenderKind(name, title, start));

    private static bool Succeeds(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (process.WaitForExit(TimeSpan.FromMinutes(3)))
            {
                return process.ExitCode == 0;
            }

            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string? Find(string program)
    {
        string[] names = OperatingSystem.IsWindows() ? [program + ".exe", program + ".cmd"] : [program];
        return (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}
