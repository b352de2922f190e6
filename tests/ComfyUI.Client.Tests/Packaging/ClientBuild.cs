using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.Json.Nodes;

namespace ComfyUI.Client.Tests.Packaging;

/// <summary>Where the build put the client, and what it needs beside it.</summary>
internal static class ClientBuild
{
    internal static string Assembly(string framework) => Path.Combine(Metadata("ClientOutput"), framework, "ComfyUI.Client.dll");

    /// <summary>The client and every assembly of a package that its deps.json names.</summary>
    internal static IReadOnlyList<string> Closure(string framework)
    {
        JsonNode deps = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(Assembly(framework), ".deps.json")))!;
        string target = (string)deps["runtimeTarget"]!["name"]!;
        return
        [
            Assembly(framework),
            .. from library in deps["targets"]![target]!.AsObject()
               where (string?)deps["libraries"]![library.Key]!["type"] == "package"
               from file in library.Value!["runtime"]?.AsObject() ?? []
               select Path.Combine(Metadata("NuGetPackageRoot"), library.Key.ToLowerInvariant(), file.Key),
        ];
    }

    private static string Metadata(string key)
        => typeof(ClientBuild).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == key).Value!;
}
