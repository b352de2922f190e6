using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ComfyUI.Client.Tests.Packaging;

/// <summary>Reads what assemblies refer to from their files, without loading them.</summary>
internal static class AssemblyReferences
{
    internal static AssemblyName Name(string path) => Read(path, reader => reader.GetAssemblyDefinition().GetAssemblyName());

    internal static IReadOnlyList<AssemblyName> Of(string path) => Read(
        path, reader => reader.AssemblyReferences.Select(handle => reader.GetAssemblyReference(handle).GetAssemblyName()).ToArray());

    /// <summary>Each reference from one shipped assembly to another whose version is not the shipped one. .NET Framework loads none of these.</summary>
    internal static IReadOnlyList<string> Mismatches(IReadOnlyCollection<string> shipped)
    {
        Dictionary<string, Version> versions = shipped.Select(Name).ToDictionary(name => name.Name!, name => name.Version!, StringComparer.OrdinalIgnoreCase);
        return
        [
            .. from path in shipped
               from reference in Of(path)
               where versions.TryGetValue(reference.Name!, out Version? version) && version != reference.Version
               select $"{Path.GetFileName(path)} wants {reference.Name} {reference.Version}, shipped is {versions[reference.Name!]}",
        ];
    }

    /// <summary>Each reference to an assembly that is neither shipped nor part of the platform.</summary>
    internal static IReadOnlyList<string> Missing(IReadOnlyCollection<string> shipped, Func<string, bool> isPlatform)
    {
        HashSet<string> names = [.. shipped.Select(path => Name(path).Name!)];
        return
        [
            .. from path in shipped
               from reference in Of(path)
               where !names.Contains(reference.Name!) && !isPlatform(reference.Name!)
               select $"{Path.GetFileName(path)} wants {reference.Name}",
        ];
    }

    private static T Read<T>(string path, Func<MetadataReader, T> read)
    {
        using FileStream stream = File.OpenRead(path);
        using var file = new PEReader(stream);
        return read(file.GetMetadataReader());
    }
}
