using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace ComfyUI.TestServer;

/// <summary>One part of a multipart body.</summary>
/// <param name="FileName">Null for a plain field.</param>
internal sealed record FormPart(string Name, string? FileName, byte[] Content)
{
    public string Text => Encoding.UTF8.GetString(Content);
}

/// <summary>Takes multipart/form-data apart the way aiohttp does: names as raw UTF-8, filename* first, no RFC 2047.</summary>
internal static class MultipartBody
{
    public static IReadOnlyList<FormPart> Parse(byte[] body, string boundary)
    {
        var parts = new List<FormPart>();
        var line = Encoding.UTF8.GetBytes("--" + boundary);
        var at = body.AsSpan().IndexOf(line);
        while (at >= 0)
        {
            at += line.Length;
            if (body.AsSpan(at).StartsWith("--"u8))
            {
                return parts;
            }

            at += 2;
            var head = Find(body, at, "\r\n\r\n"u8);
            var end = head < 0 ? -1 : Find(body, head + 2, Encoding.UTF8.GetBytes("\r\n--" + boundary));
            if (end < 0)
            {
                throw new PyException("ValueError", "Could not find starting boundary");
            }

            var content = body.AsSpan(Math.Min(head + 4, end), Math.Max(0, end - head - 4)).ToArray();
            parts.Add(MakePart(Encoding.UTF8.GetString(body, at, head - at), content));
            at = end + 2;
        }

        return parts;
    }

    /// <summary>Unescapes and trims a file name as aiohttp does.</summary>
    private static string Clean(string name)
    {
        var built = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '\\' && i + 1 < name.Length)
            {
                i++;
            }

            built.Append(name[i]);
        }

        return built.ToString().TrimStart('/', '\\');
    }

    private static FormPart MakePart(string head, byte[] content)
    {
        var disposition = head.Split("\r\n").FirstOrDefault(h => h.StartsWith("content-disposition:", StringComparison.OrdinalIgnoreCase)) ?? "";
        var fields = Parameters(disposition);
        var file = fields.TryGetValue("filename*", out var extended) && extended.Split('\'', 3) is [_, _, var encoded]
            ? Uri.UnescapeDataString(encoded)
            : fields.TryGetValue("filename", out var plain) ? Clean(plain) : null;
        return new FormPart(fields.GetValueOrDefault("name", ""), file, content);
    }

    private static Dictionary<string, string> Parameters(string disposition)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var at = disposition.IndexOf(';', StringComparison.Ordinal); at >= 0 && at < disposition.Length;)
        {
            var equals = disposition.IndexOf('=', at);
            if (equals < 0)
            {
                break;
            }

            var key = disposition[(at + 1)..equals].Trim();
            int end;
            if (equals + 1 < disposition.Length && disposition[equals + 1] == '"')
            {
                end = equals + 2;
                while (end < disposition.Length && disposition[end] != '"')
                {
                    end += disposition[end] == '\\' ? 2 : 1;
                }

                fields[key] = disposition[(equals + 2)..Math.Min(end, disposition.Length)];
            }
            else
            {
                end = disposition.IndexOf(';', equals);
                fields[key] = (end < 0 ? disposition[(equals + 1)..] : disposition[(equals + 1)..end]).Trim();
            }

            at = end < 0 || end >= disposition.Length ? -1 : disposition.IndexOf(';', end);
        }

        return fields;
    }

    private static int Find(byte[] body, int start, ReadOnlySpan<byte> what)
    {
        var found = start > body.Length ? -1 : body.AsSpan(start).IndexOf(what);
        return found < 0 ? -1 : start + found;
    }
}
