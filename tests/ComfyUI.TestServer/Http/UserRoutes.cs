using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>/users and /settings.</summary>
internal sealed class UserRoutes(ServerProcess process)
{
    private readonly System.Threading.Lock gate = new();


    public void AddTo(Router router)
    {
        router.Map("GET", "/users", (context, _) => Reply.JsonAsync(context, Users()));
        router.Map("POST", "/users", AddUserAsync);
        router.Map("GET", "/settings", (context, _) => AnswerAsync(context, file => Read(file)));
        router.Map("GET", "/settings/*", (context, values) => AnswerAsync(context, file => Read(file).TryGetValue(values[0], out var value) ? value : null));
        router.Map("POST", "/settings", MergeAsync);
        router.Map("POST", "/settings/*", SetAsync);
    }

    private async Task AddUserAsync(HttpContext context, string[] values)
    {
        var json = await RequestBody.ReadJsonAsync(context, process.Options.MaxUploadSize) as PyDict ?? throw new PyException("TypeError", "no object");
        var name = json.TryGetValue("username", out var given) && given is string text && text.Trim().Length > 0
            ? text.Trim()
            : throw new PyException("KeyError", "'username'");
        await Reply.JsonAsync(context, $"{name}_{Guid.NewGuid()}");
    }

    private async Task MergeAsync(HttpContext context, string[] values)
    {
        var json = await RequestBody.ReadJsonAsync(context, process.Options.MaxUploadSize) as PyDict ?? throw new PyException("TypeError", "no object");
        await ChangeAsync(context, settings =>
        {
            foreach (var (key, value) in json)
            {
                settings[key] = value;
            }
        });
    }

    private async Task SetAsync(HttpContext context, string[] values)
    {
        var value = await RequestBody.ReadJsonAsync(context, process.Options.MaxUploadSize);
        await ChangeAsync(context, settings => settings[values[0]] = value);
    }

    private PyDict Users() => process.Options.Users is { } users
        ? Py.Dict(("storage", "server"), ("users", Py.Dict([.. users.Select(user => (user.Key, (object?)user.Value))])))
        : Py.Dict(("storage", "server"), ("migrated", File.Exists(Path.Combine(process.Files.User, "comfy.settings.json"))));

    private Task AnswerAsync(HttpContext context, Func<string, object?> read) => SettingsFile(context) is { } file
        ? Reply.JsonAsync(context, read(file))
        : Reply.EmptyAsync(context, 401);

    private Task ChangeAsync(HttpContext context, Action<PyDict> change)
    {
        if (SettingsFile(context) is not { } file)
        {
            return Reply.EmptyAsync(context, 401);
        }

        lock (gate)
        {
            var settings = Read(file);
            change(settings);
            File.WriteAllText(file, PyJsonWriter.Write(settings), new UTF8Encoding(false));
        }

        return Reply.EmptyAsync(context);
    }

    // Null for a user the server does not know.
    private string? SettingsFile(HttpContext context) =>
        process.Files.UserFolder(context, process.Options) is { } folder ? Path.Combine(folder, "comfy.settings.json") : null;

    // A file nobody can read counts as empty, as on the real server.
    private PyDict Read(string file)
    {
        lock (gate)
        {
            try
            {
                return File.Exists(file) ? PyJsonReader.Parse(File.ReadAllText(file)) as PyDict ?? [] : [];
            }
            catch (FormatException)
            {
                return [];
            }
        }
    }
}
