using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace ComfyUI.Client;

/// <summary>
/// Reads a <c>.env</c> file: <c>NAME=value</c> lines with comments, quotes, an optional <c>export</c>, and whatever byte order mark and
/// line ends an editor leaves.
/// </summary>
internal static class DotEnvFile
{
    private const long MaxBytes = 1024 * 1024;

    /// <summary>Reads the file.</summary>
    /// <exception cref="ComfyUIException">It is missing, cannot be read, is larger than 1 MiB, or has a line that is no assignment.</exception>
    internal static IReadOnlyDictionary<string, string> Read(string path)
    {
        string text;
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                throw Invalid(path, "it is larger than 1 MiB");
            }

            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw Invalid(path, e.Message, e);
        }

        return Parse(text, path);
    }

    /// <summary>Reads the text of such a file. <paramref name="path"/> is for messages.</summary>
    internal static IReadOnlyDictionary<string, string> Parse(string text, string path)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        int position = text.Length > 0 && text[0] == '\uFEFF' ? 1 : 0;
        int line = 1;
        while (position < text.Length)
        {
            int end = LineEnd(text, position);
            string content = text.Substring(position, end - position).Trim();
            if (content.Length == 0 || content[0] == '#')
            {
                position = Next(text, end, ref line);
                continue;
            }

            int equals = text.IndexOf('=', position, end - position);
            string name = equals < 0 ? string.Empty : NameOf(text.Substring(position, equals - position));
            if (name.Length == 0)
            {
                // The line itself is not repeated: it may hold a password.
                throw Invalid(path, $"line {line} is not of the form NAME=value");
            }

            int start = equals + 1;
            while (start < end && text[start] is ' ' or '\t')
            {
                start++;
            }

            bool quoted = start < end && text[start] is '"' or '\'';
            if (quoted)
            {
                values[name] = Quoted(text, ref start, path, ref line);
                end = LineEnd(text, start);
            }
            else
            {
                values[name] = Unquoted(text.Substring(start, end - start));
            }

            position = Next(text, end, ref line);
        }

        return values;
    }

    private static string NameOf(string text)
    {
        string name = text.Trim();
        if (name.StartsWith("export ", StringComparison.Ordinal) || name.StartsWith("export\t", StringComparison.Ordinal))
        {
            name = name.Substring(7).Trim();
        }

        foreach (char c in name)
        {
            if (!(char.IsLetterOrDigit(c) || c is '_' or '.' or '-'))
            {
                return string.Empty;
            }
        }

        return name;
    }

    private static string Unquoted(string text)
    {
        // A number sign starts a comment only after white space: passwords hold them too.
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '#' && (i == 0 || text[i - 1] is ' ' or '\t'))
            {
                text = text.Substring(0, i);
                break;
            }
        }

        return text.Trim();
    }

    private static string Quoted(string text, ref int position, string path, ref int line)
    {
        char quote = text[position];
        int firstLine = line;
        var value = new StringBuilder();
        for (int i = position + 1; i < text.Length; i++)
        {
            char c = text[i];
            if (c == quote)
            {
                position = i + 1;
                return value.ToString();
            }

            if (c == '\n')
            {
                line++;
            }

            if (c == '\\' && quote == '"' && i + 1 < text.Length)
            {
                i++;
                value.Append(Unescape(text[i]));
            }
            else
            {
                value.Append(c);
            }
        }

        throw Invalid(path, $"the quote that opens in line {firstLine} is not closed");
    }

    private static string Unescape(char c) => c switch
    {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        '"' or '\\' or '$' => c.ToString(),
        _ => "\\" + c,
    };

    private static int LineEnd(string text, int from)
    {
        int end = text.IndexOfAny(['\r', '\n'], from);
        return end < 0 ? text.Length : end;
    }

    private static int Next(string text, int end, ref int line)
    {
        line++;
        return end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? end + 2 : end + 1;
    }

    private static ComfyUIException Invalid(string path, string reason, Exception? cause = null)
        => new(ComfyUIErrorId.InvalidConfiguration, $"The file '{path}' cannot be used for settings: {reason}.", cause)
        {
            RecommendedAction = "Give the path of a file with lines such as COMFYUI_BASE_URL=http://127.0.0.1:8188.",
        };
}
