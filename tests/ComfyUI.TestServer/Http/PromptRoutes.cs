using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>Submitting, and what becomes of it: /prompt, /queue, /history, /interrupt, /free.</summary>
internal sealed class PromptRoutes(ServerProcess process)
{
    private long Limit => process.Options.MaxUploadSize;

    public void AddTo(Router router)
    {
        router.Map("GET", "/prompt", (context, _) => Reply.JsonAsync(context, process.QueueInfo()));
        router.Map("POST", "/prompt", SubmitAsync);
        router.Map("GET", "/queue", ShowQueueAsync);
        router.Map("POST", "/queue", ChangeQueueAsync);
        router.Map("GET", "/history", ShowHistoryAsync);
        router.Map("GET", "/history/*", (context, values) => Reply.JsonAsync(context, process.History.One(values[0])));
        router.Map("POST", "/history", ChangeHistoryAsync);
        router.Map("POST", "/interrupt", InterruptAsync);
        router.Map("POST", "/free", FreeAsync);
    }

    private async Task SubmitAsync(HttpContext context, string[] values)
    {
        var body = await RequestBody.ReadJsonAsync(context, Limit);
        process.Log.Add("got prompt\n");
        // Python asks "number" in body: that works on lists and texts too, but not on numbers and null.
        var json = body switch
        {
            PyDict map => map,
            PyList or string => [],
            _ => throw new PyException("TypeError", "argument is not iterable"),
        };
        var number = Number(json);
        if (!json.TryGetValue("prompt", out var graph))
        {
            await Reply.JsonAsync(context, Py.Dict(
                ("error", PromptValidator.Error("no_prompt", "No prompt provided", "No prompt provided")), ("node_errors", new PyDict())), 400);
            return;
        }

        var prompt = graph switch
        {
            PyDict map => map,
            PyList { Count: 0 } => [],
            _ => throw new PyException("TypeError", "string indices must be integers, not 'str'"),
        };
        var late = process.Options.Generation == ServerGeneration.Late;
        var chosen = json.TryGetValue("prompt_id", out var own) && !process.Options.IgnoreClientPromptId && !(late && own is null);
        var id = chosen ? Py.Str(own) : Guid.NewGuid().ToString();
        var result = new PromptValidator(process.Catalogue, process.Files, prompt, process.Options.Generation).Validate(json.GetValueOrDefault("partial_execution_targets"));
        var extra = json.TryGetValue("extra_data", out var given)
            ? given as PyDict ?? throw new PyException("TypeError", "extra_data is no object")
            : [];
        if (late)
        {
            if (own is not null && !IsCanonical(Py.Str(own)))
            {
                const string Rule = "prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to let the server generate one";
                await Reply.JsonAsync(context, Py.Dict(
                    ("error", PromptValidator.Error("invalid_prompt_id", "prompt_id must be a valid UUID", Rule)), ("node_errors", new PyDict())), 400);
                return;
            }

            extra["create_time"] = EventSender.Timestamp;
        }

        if (json.TryGetValue("client_id", out var client))
        {
            extra["client_id"] = client;
        }

        if (result.Error is not null)
        {
            process.Log.Add($"invalid prompt: {Py.Repr(result.Error)}\n");
            await Reply.JsonAsync(context, Py.Dict(("error", result.Error), ("node_errors", result.NodeErrors)), 400);
            return;
        }

        if (!process.Queue.Put(new PromptItem(number, id, prompt, extra, result.Outputs)))
        {
            throw new PyException("TypeError", "'<' not supported between instances of 'dict' and 'dict'");
        }

        await Reply.JsonAsync(context, Py.Dict(("prompt_id", id), ("number", number), ("node_errors", result.NodeErrors)));
    }

    private static bool IsCanonical(string id) => Guid.TryParseExact(id, "D", out var parsed) && parsed.ToString("D") == id;

    private object Number(PyDict json)
    {
        if (json.TryGetValue("number", out var number))
        {
            return Py.Float(number);
        }

        var counter = process.NextNumber();
        return json.TryGetValue("front", out var front) && Py.Truth(front) ? -counter : counter;
    }

    private Task ShowQueueAsync(HttpContext context, string[] values)
    {
        var (running, pending) = process.Queue.Snapshot();
        return Reply.JsonAsync(context, Py.Dict(
            ("queue_running", running.Select(Show)),
            ("queue_pending", pending.Select(Show))));

        // What only the history kept back once.
        PyList Show(PromptItem item) => process.Options.Generation == ServerGeneration.Late ? item.ToHistoryJson() : item.ToJson();
    }

    private async Task ChangeQueueAsync(HttpContext context, string[] values)
    {
        var json = await ReadObjectAsync(context);
        if (json.TryGetValue("clear", out var clear) && Py.Truth(clear))
        {
            process.Queue.Clear();
        }

        foreach (var id in Ids(json))
        {
            process.Queue.Delete(id);
        }

        await Reply.EmptyAsync(context);
    }

    private Task ShowHistoryAsync(HttpContext context, string[] values)
    {
        var maxItems = Query(context, "max_items");
        return Reply.JsonAsync(context, process.History.Page(maxItems, Query(context, "offset") ?? -1));
    }

    private async Task ChangeHistoryAsync(HttpContext context, string[] values)
    {
        var json = await ReadObjectAsync(context);
        if (json.TryGetValue("clear", out var clear) && Py.Truth(clear))
        {
            process.History.Clear();
        }

        foreach (var id in Ids(json))
        {
            process.History.Delete(id);
        }

        await Reply.EmptyAsync(context);
    }

    private async Task InterruptAsync(HttpContext context, string[] values)
    {
        object? json;
        try
        {
            json = await RequestBody.ReadJsonAsync(context, Limit);
        }
        catch (PyException)
        {
            // An empty or broken body means: whatever runs.
            json = new PyDict();
        }

        var wanted = (json as PyDict ?? throw new PyException("AttributeError", "no attribute 'get'")).GetValueOrDefault("prompt_id");
        if (!Py.Truth(wanted) || process.Options.InterruptIgnoresPromptId || process.Queue.IsRunning(Py.Str(wanted)))
        {
            process.Interruption.Request();
        }

        await Reply.EmptyAsync(context);
    }

    private async Task FreeAsync(HttpContext context, string[] values)
    {
        var json = await ReadObjectAsync(context);
        if (Py.Truth(json.GetValueOrDefault("free_memory")))
        {
            process.Worker.RequestFree();
        }

        await Reply.EmptyAsync(context);
    }

    private async Task<PyDict> ReadObjectAsync(HttpContext context) =>
        await RequestBody.ReadJsonAsync(context, Limit) switch
        {
            PyDict map => map,
            PyList => [],
            _ => throw new PyException("TypeError", "argument is not iterable"),
        };

    private static IEnumerable<string> Ids(PyDict json) => !json.TryGetValue("delete", out var ids) ? [] : ids switch
    {
        PyList list => list.Select(Py.Str).ToArray(),
        string text => text.Select(c => c.ToString(CultureInfo.InvariantCulture)).ToArray(),
        _ => throw new PyException("TypeError", $"'{Py.TypeName(ids)}' object is not iterable"),
    };

    private static long? Query(HttpContext context, string name)
    {
        if (!context.Request.Query.TryGetValue(name, out var text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new PyException("ValueError", "invalid literal for int()");
    }
}
