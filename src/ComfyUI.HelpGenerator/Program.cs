using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace ComfyUI.HelpGenerator;

/// <summary>Turns the pages of docs/en-US into what Get-Help reads: MAML for the cmdlets, and the about_ topics beside it.</summary>
internal static class Program
{
    private const string Usage = "Usage: ComfyUI.HelpGenerator <module assembly> <System.Management.Automation.dll> <folder of the pages> <output folder>";

    private static int Main(string[] args)
    {
        if (args.Length != 4)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var pages = Directory.GetFiles(args[2], "*.md").Where(p => !IsIndex(p)).Order(StringComparer.Ordinal).Select(PageReader.Read).ToArray();
        var cmdlets = CmdletReader.ReadAll(args[0], args[1]);
        var problems = PageCheck.Find(pages, cmdlets).ToArray();
        foreach (var problem in problems)
        {
            Console.WriteLine(problem);
        }

        if (problems.Length > 0)
        {
            return 1;
        }

        Write(args[0], args[2], args[3], pages, cmdlets);
        return 0;
    }

    private static bool IsIndex(string path) => Path.GetFileName(path).Equals("README.md", StringComparison.OrdinalIgnoreCase);

    private static void Write(string module, string source, string output, HelpPage[] pages, IReadOnlyList<CmdletInfo> cmdlets)
    {
        Directory.CreateDirectory(output);
        foreach (var stale in Directory.GetFiles(output, "about_*.help.txt"))
        {
            File.Delete(stale);
        }

        foreach (var topic in Directory.GetFiles(source, "about_*.help.txt"))
        {
            File.Copy(topic, Path.Combine(output, Path.GetFileName(topic)), overwrite: true);
        }

        // Last: the build takes its time as the time of all.
        MamlWriter.Write(Path.Combine(output, Path.GetFileName(module) + "-Help.xml"), pages, cmdlets);
    }
}
