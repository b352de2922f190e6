using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>/userdata and /v2/userdata: the user's own files.</summary>
internal sealed class UserDataRoutes(ServerProcess process)
{
    public void AddTo(Router router)
    {
        router.Map("GET", "/userdata", (context, _) => ListAsync(context));
        router.Map("GET", "/v2/userdata", (context, _) => ListAllAsync(context));
        router.Map("GET", "/userdata/*", GetAsync);
        router.Map("POST", "/userdata/*", PostAsync);
        router.Map("DELETE", "/userdata/*", DeleteAsync);
        router.Map("POST", "/userdata/*/move/*", MoveAsync);
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var directory = query["dir"].ToString();
        if (directory.Length == 0)
        {
            await Reply.TextAsync(context, 400, "Directory not provided");
        }
        else if (ServerFiles.Inside(Root(context), directory) is not { } path)
        {
            await Reply.TextAsync(context, 403, "Invalid directory");
        }
        else if (!Directory.Exists(path))
        {
            await Reply.TextAsync(context, 404, "Directory not found");
        }
        else
        {
            var files = Directory
                .EnumerateFiles(path, "*", Flag(query["recurse"]) ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
                .Order(StringComparer.Ordinal);
            await Reply.JsonAsync(context, files.Select(file => Entry(file, path, Flag(query["full_info"]), Flag(query["split"]))).ToArray());
        }
    }

    private object Entry(string file, string root, bool full, bool split)
    {
        var relative = Relative(root, file);
        return full ? Info(file, relative) : split ? new PyList([relative, .. relative.Split('/')]) : relative;
    }

    private async Task ListAllAsync(HttpContext context)
    {
        if (process.Files.UserFolder(context, process.Options) is not { } root)
        {
            await Reply.TextAsync(context, 403, "Invalid user");
            return;
        }

        var asked = context.Request.Query["path"].ToString();
        if (ServerFiles.Inside(root, asked) is not { } path)
        {
            await Reply.TextAsync(context, 400, "Invalid path requested");
        }
        else if (!Directory.Exists(path))
        {
            await Reply.TextAsync(context, 404, "Requested path not found");
        }
        else
        {
            var folders = Directory.EnumerateDirectories(path, "*", SearchOption.AllDirectories).Select(folder => Py.Dict(
                ("name", Path.GetFileName(folder)), ("path", Relative(root, folder)), ("type", "directory")));
            var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Select(file => Py.Dict(
                ("name", Path.GetFileName(file)),
                ("path", Relative(root, file)),
                ("type", "file"),
                ("size", new FileInfo(file).Length),
                ("modified", Seconds(File.GetLastWriteTimeUtc(file)))));
            await Reply.JsonAsync(context, folders.OrderBy(Name, StringComparer.Ordinal).Concat(files.OrderBy(Name, StringComparer.Ordinal)).ToArray());
        }
    }

    private async Task GetAsync(HttpContext context, string[] values)
    {
        if (Find(context, values[0], out var path) is { } status)
        {
            await Reply.EmptyAsync(context, status);
            return;
        }

        await FileReply.SendAsync(context, path, MediaTypes.Of(path));
    }

    private async Task PostAsync(HttpContext context, string[] values)
    {
        var body = await RequestBody.ReadAsync(context, process.Options.MaxUploadSize);
        if (Locate(context, values[0]) is not { } path)
        {
            await Reply.EmptyAsync(context, 403);
            return;
        }

        if (context.Request.Query["overwrite"] == "false" && File.Exists(path))
        {
            await Reply.TextAsync(context, 409, "File already exists");
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, body);
        await DescribeAsync(context, path);
    }

    private async Task DeleteAsync(HttpContext context, string[] values)
    {
        if (Find(context, values[0], out var path) is { } status)
        {
            await Reply.EmptyAsync(context, status);
            return;
        }

        File.Delete(path);
        await Reply.EmptyAsync(context, 204);
    }

    private async Task MoveAsync(HttpContext context, string[] values)
    {
        if (Find(context, values[0], out var source) is { } status)
        {
            await Reply.EmptyAsync(context, status);
            return;
        }

        if (Locate(context, values[1]) is not { } target)
        {
            await Reply.EmptyAsync(context, 403);
            return;
        }

        if (context.Request.Query["overwrite"] == "false" && File.Exists(target))
        {
            await Reply.TextAsync(context, 409, "File already exists");
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(source, target, overwrite: true);
        await DescribeAsync(context, target);
    }

    private Task DescribeAsync(HttpContext context, string path) => Reply.JsonAsync(
        context,
        Flag(context.Request.Query["full_info"]) ? Info(path, Relative(Root(context), path)) : Relative(Root(context), path));

    // The status that says why not, or null with the path of an existing file.
    private int? Find(HttpContext context, string name, out string path)
    {
        path = Locate(context, name) ?? "";
        return path.Length == 0 ? 403 : File.Exists(path) ? null : 404;
    }

    // The real server unescapes a second time, so a literal percent sign does not survive.
    private string? Locate(HttpContext context, string name)
    {
        var plain = Uri.UnescapeDataString(name);
        if (plain.Contains('\0', StringComparison.Ordinal))
        {
            throw new PyException("ValueError", "embedded null byte");
        }

        var root = Root(context);
        return ServerFiles.Inside(root, plain) is { } path && path != root ? path : null;
    }

    // Unlike /v2/userdata and /settings these routes do not expect a user they do not know.
    private string Root(HttpContext context) =>
        process.Files.UserFolder(context, process.Options) ?? throw new PyException("KeyError", "Unknown user");

    private PyDict Info(string file, string relative) => Py.Dict(
        ("path", relative),
        ("size", new FileInfo(file).Length),
        ("modified", Time(File.GetLastWriteTimeUtc(file))),
        ("created", Time(File.GetCreationTimeUtc(file))));

    // Milliseconds since 2026, here and not in /v2/userdata.
    private object Time(DateTime time) => process.Options.Generation == ServerGeneration.Late ? (long)(Seconds(time) * 1000) : Seconds(time);

    private static string Name(PyDict entry) => (string)entry["name"]!;

    private static string Relative(string root, string path) => Path.GetRelativePath(root, path).Replace('\\', '/');

    private static double Seconds(DateTime time) => (time - DateTime.UnixEpoch).TotalSeconds;

    private static bool Flag(string? value) => string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
}
