using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace ComfyUI.Client;

/// <summary>
/// Makes a path below a folder out of the names a server chose, such that it never leaves the folder and is a good name on every system:
/// a file saved on Linux can be copied to Windows.
/// </summary>
internal static class LocalName
{
    // 255 bytes is the limit of common file systems; a number and the temporary name's ending still fit.
    private const int MaxBytes = 200;

    private static readonly HashSet<string> ReservedNames = CreateReservedNames();

    /// <summary>The path for a file of the server, without making anything.</summary>
    /// <param name="folder">The user's folder.</param>
    /// <param name="subfolder">The server's folder below it.</param>
    /// <param name="fileName">The server's name.</param>
    /// <param name="mayHide">
    /// Whether names may start with a dot. Those of outputs may not: into a home folder, they would be the settings of a shell, or its keys.
    /// </param>
    /// <exception cref="ComfyUIException">The names leave nothing to make a path of, or lead through a link.</exception>
    internal static string Below(string folder, string subfolder, string fileName, bool mayHide = false)
    {
        string path = Path.GetFullPath(folder);
        string root = path;
        foreach (string part in Parts(subfolder, mayHide))
        {
            path = Path.Combine(path, part);
        }

        List<string> nameParts = [.. Parts(fileName, mayHide)];
        string name = nameParts.Count == 0 ? "file" : nameParts[nameParts.Count - 1];
        path = Path.GetFullPath(Path.Combine(path, name));
        string boundary = root.EndsWith(Path.DirectorySeparatorChar.ToString(), StringComparison.Ordinal) ? root : root + Path.DirectorySeparatorChar;
        if (!path.StartsWith(boundary, StringComparison.Ordinal))
        {
            throw new ComfyUIException(ComfyUIErrorId.FileNotWritten, $"The server's file name '{Redaction.ServerLine(fileName, 80)}' cannot be used here.");
        }

        RefuseLinks(root, path);
        return path;
    }

    /// <summary>The same path with a number before the extension: <c>name (1).png</c>.</summary>
    internal static string Numbered(string path, int number)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return Path.Combine(Path.GetDirectoryName(path)!, $"{name} ({JsonAccess.Invariant(number)}){Path.GetExtension(path)}");
    }

    /// <summary>One name, made harmless; null when nothing of it is left.</summary>
    internal static string? Clean(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (char c in name)
        {
            // A colon would start an alternate stream on Windows; the others are not allowed there. Controls could drive a terminal.
            bool bad = char.IsControl(c) || c is ':' or '*' or '?' or '"' or '<' or '>' or '|' or '/' or '\\'
                or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
            clean.Append(bad ? '_' : c);
        }

        // Windows drops them without a word, which would make two names one.
        string result = clean.ToString().TrimEnd('.', ' ').TrimStart(' ');
        if (result.Length == 0 || result.Trim('.').Length == 0)
        {
            return null;
        }

        int dot = result.IndexOf('.');
        string stem = dot < 0 ? result : result.Substring(0, dot);
        return Shorten(ReservedNames.Contains(stem.TrimEnd(' ')) ? "_" + result : result);
    }

    // A link in the folder was made by the user, but the server is not to choose that something goes through it.
    private static void RefuseLinks(string root, string path)
    {
        for (string? folder = Path.GetDirectoryName(path); folder is not null && folder.Length > root.Length; folder = Path.GetDirectoryName(folder))
        {
            if (IsLink(folder))
            {
                throw new ComfyUIException(ComfyUIErrorId.FileNotWritten, $"'{path}' is not written: '{folder}' is a link, and the server's folder names are not followed through links.")
                {
                    RecommendedAction = "Save into the folder that the link leads to, or make a folder of the link.",
                };
            }
        }
    }

    private static bool IsLink(string folder)
    {
        var info = new DirectoryInfo(folder);
#if NETSTANDARD2_0
        // All bits are set where there is nothing.
        return info.Attributes != (FileAttributes)(-1) && (info.Attributes & FileAttributes.ReparsePoint) != 0;
#else
        return info.LinkTarget is not null;
#endif
    }

    private static IEnumerable<string> Parts(string path, bool mayHide)
    {
        foreach (string part in path.Split('/', '\\'))
        {
            if (Clean(part) is { } clean)
            {
                yield return clean[0] == '.' && !mayHide ? "_" + clean : clean;
            }
        }
    }

    private static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MaxBytes)
        {
            return name;
        }

        int dot = name.LastIndexOf('.');
        string extension = dot > 0 && name.Length - dot <= 12 ? name.Substring(dot) : string.Empty;
        string stem = name.Substring(0, name.Length - extension.Length);
        int room = MaxBytes - Encoding.UTF8.GetByteCount(extension);
        while (Encoding.UTF8.GetByteCount(stem) > room)
        {
            // Both halves of a surrogate pair go together.
            int cut = stem.Length > 1 && char.IsLowSurrogate(stem[stem.Length - 1]) ? 2 : 1;
            stem = stem.Substring(0, stem.Length - cut);
        }

        // A cut may have laid bare what Windows drops.
        return extension.Length > 0 ? stem + extension : stem.TrimEnd('.', ' ');
    }

    private static HashSet<string> CreateReservedNames()
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$" };
        foreach (char digit in "123456789\u00B9\u00B2\u00B3")
        {
            names.Add("COM" + digit);
            names.Add("LPT" + digit);
        }

        return names;
    }
}
