using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>/users and /settings of the single user.</summary>
internal sealed class UserRoutes(ServerProcess process)
{
    private readonly System.Threading.Lock gate = new();

    private string SettingsFile => Path.Combine(process.Files.User, "comfy.settings.json");

    public void AddTo(Router router)
    {
        router.Map("GET", "/users", (context, _) => Reply.JsonAsync(context, Py.Dict(("storage", "server"), ("migrated", File.Exists(SettingsFile)))));
        router.Map("POST", "/users", AddUserAsync);
        router.Map("GET", "/settings", (context, _) => Reply.JsonAsync(context, Read()));
        router.Map("GET", "/settings/*", (context, values) => Reply.JsonAsync(context, Read().TryGetValue(values[0], out var value) ? value : null));
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
        Change(settings =>
        {
            foreach (var (key, value) in json)
            {
                settings[key] = value;
            }
        });
        await Reply.EmptyAsync(context);
    }

    private async Task SetAsync(HttpContext context, string[] values)
    {
        var value = await RequestBody.ReadJsonAsync(context, process.Options.MaxUploadSize);
        Change(settings => settings[values[0]] = value);
        await Reply.EmptyAsync(context);
    }

    private void Change(Action<PyDict> change)
    {
        lock (gate)
        {
            var settings = Read();
            change(settings);
            File.WriteAllText(SettingsFile, PyJsonWriter.Write(settings), new UTF8Encoding(false));
        }
    }

    // A file nobody can read counts as empty, as on the real server.
    private PyDict Read()
    {
        lock (gate)
        {
            try
            {
                return File.Exists(SettingsFile) ? PyJsonReader.Parse(File.ReadAllText(SettingsFile)) as PyDict ?? [] : [];
            }
            catch (FormatException)
            {
                return [];
            }
        }
    }
}
