using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>Where a save goes.</summary>
internal sealed record SavePath(string Folder, string Subfolder, string Name, int Counter);

/// <summary>The server's folders and its rules about names in them.</summary>
internal sealed class ServerFiles
{
    private readonly Dictionary<string, string> suffixes = [];

    public ServerFiles(string root, string? output = null)
    {
        Root = Path.GetFullPath(root);
        Output = Path.GetFullPath(output ?? Path.Combine(Root, "output"));
        Input = Path.Combine(Root, "input");
        Temp = Path.Combine(Root, "temp");
        User = Path.Combine(Root, "user", "default");
        foreach (var folder in new[] { Output, Input, Temp, User })
        {
            Directory.CreateDirectory(folder);
        }

        // Every ComfyUI comes with this one.
        if (!Directory.EnumerateFileSystemEntries(Input).Any())
        {
            File.WriteAllBytes(Path.Combine(Input, "example.png"), PngEncoder.Encode(Example()));
        }
    }

    public string Root { get; }

    public string Output { get; }

    public string Input { get; }

    public string Temp { get; }

    public string User { get; }

    /// <summary>The folder of the user a request is for; null when the server does not know that user.</summary>
    public string? UserFolder(HttpContext context, TestServerOptions options)
    {
        if (options.Users is not { } users)
        {
            return User;
        }

        var id = context.Request.Headers["comfy-user"].ToString();
        if (!users.ContainsKey(id))
        {
            return null;
        }

        var folder = Path.Combine(Root, "user", id);
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>The folder of a type name, or null.</summary>
    public string? Folder(string type) => type switch
    {
        "output" => Output,
        "input" => Input,
        "temp" => Temp,
        _ => null,
    };

    /// <summary>Empties temp/, as a start of the server does.</summary>
    public void WipeTemp()
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(Temp))
        {
            if (Directory.Exists(entry))
            {
                Directory.Delete(entry, recursive: true);
            }
            else
            {
                File.Delete(entry);
            }
        }

        lock (suffixes)
        {
            suffixes.Clear();
        }
    }

    /// <summary>Five random letters for a preview node, the same for every run of that node.</summary>
    public string TempSuffix(string nodeId)
    {
        lock (suffixes)
        {
            if (!suffixes.TryGetValue(nodeId, out var suffix))
            {
                suffix = suffixes[nodeId] = "_temp_" + Random.Shared.GetString("abcdefghijklmnopqrstupvxyz", 5);
            }

            return suffix;
        }
    }

    /// <summary>The files LoadImage offers: those directly in input/, sorted.</summary>
    public PyList InputImages() =>
        [.. Directory.EnumerateFiles(Input).Select(f => Path.GetFileName(f)).Where(MediaTypes.IsImage).Order(StringComparer.Ordinal)];

    /// <summary>Splits "name [temp]" into name and folder; without an annotation the default type stays.</summary>
    public static (string Name, string Type) Annotation(string name, string defaultType)
    {
        foreach (var type in new[] { "output", "input", "temp" })
        {
            if (name.EndsWith($"[{type}]", StringComparison.Ordinal))
            {
                // The real server cuts a fixed number of characters, the space included, whether it is there or not.
                return (name[..Math.Max(0, name.Length - type.Length - 3)], type);
            }
        }

        return (name, defaultType);
    }

    /// <summary>The path of a LoadImage value, or null when it leaves its folder.</summary>
    public string? Resolve(string value)
    {
        var (name, type) = Annotation(value, "input");
        return Inside(Folder(type)!, name);
    }

    /// <summary>A path below a folder, or null when it is not below.</summary>
    public static string? Inside(string folder, string relative)
    {
        if (relative.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var path = Path.GetFullPath(Path.Combine(folder, relative));
        return path == folder || path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? path : null;
    }

    /// <summary>Applies tokens, splits off folders and finds the next free number of a prefix.</summary>
    public SavePath NextSavePath(string prefix, string type, int width, int height)
    {
        var root = Folder(type)!;
        if (prefix.Contains('%', StringComparison.Ordinal))
        {
            prefix = Tokens(prefix, width, height);
        }

        var target = Path.GetFullPath(Path.Combine(root, prefix));
        if (Inside(root, prefix) is null || target == root)
        {
            var outside = Path.GetDirectoryName(target);
            throw new PyException("Exception", $"**** ERROR: Saving image outside the output folder is not allowed.\n full_output_folder: {outside}\n         output_dir: {root}\n         commonpath: {outside}");
        }

        var folder = Path.GetDirectoryName(target)!;
        var name = Path.GetFileName(target);
        Directory.CreateDirectory(folder);
        var counter = 0;
        foreach (var file in Directory.EnumerateFiles(folder, name + "_*"))
        {
            var rest = Path.GetFileName(file.AsSpan())[(name.Length + 1)..];
            var end = rest.IndexOf('_');
            if (int.TryParse(end < 0 ? rest : rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                counter = Math.Max(counter, number);
            }
        }

        var subfolder = folder == root ? "" : Path.GetRelativePath(root, folder);
        return new SavePath(folder, subfolder, name, counter + 1);
    }

    private static PixelImage Example()
    {
        var image = new PixelImage(96, 64, 3);
        for (var i = 0; i < image.Data.Length; i++)
        {
            var (pixel, channel) = (i / 3, i % 3);
            image.Data[i] = (byte)(channel switch { 0 => pixel % 96 * 2, 1 => pixel / 96 * 3, _ => 128 });
        }

        return image;
    }

    private static string Tokens(string text, int width, int height)
    {
        var now = DateTime.Now;
        (string, int)[] tokens =
        [
            ("%width%", width), ("%height%", height), ("%year%", now.Year), ("%month%", now.Month), ("%day%", now.Day),
            ("%hour%", now.Hour), ("%minute%", now.Minute), ("%second%", now.Second),
        ];
        foreach (var (token, value) in tokens)
        {
            text = text.Replace(token, value.ToString(token is "%width%" or "%height%" or "%year%" ? "0" : "00", CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }

        return text;
    }
}
