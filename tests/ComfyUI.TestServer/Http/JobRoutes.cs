using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace ComfyUI.TestServer;

/// <summary>/api/jobs: queue and history in one, as servers of 2026 have it.</summary>
internal sealed class JobRoutes(ServerProcess process)
{
    private static readonly string[] States = ["pending", "in_progress", "completed", "failed", "cancelled"];

    public void AddTo(Router router)
    {
        router.Map("GET", "/api/jobs", ListAsync, hasApiTwin: false);
        router.Map("GET", "/api/jobs/*", (context, values) => ShowAsync(context, values[0]), hasApiTwin: false);
    }

    private Task ListAsync(HttpContext context, string[] values)
    {
        var query = context.Request.Query;
        var wanted = query["status"].ToString() is { Length: > 0 } text ? text.Split(',', StringSplitOptions.TrimEntries) : States;
        if (wanted.FirstOrDefault(state => !States.Contains(state)) is { } unknown)
        {
            return Refuse(context, $"Invalid status value(s): {unknown}. Valid values: {string.Join(", ", States)}");
        }

        if (!TryNumber(query["limit"], out var limit) || limit is <= 0 || !TryNumber(query["offset"], out var offset))
        {
            return Refuse(context, "limit and offset must be integers");
        }

        var jobs = All().Where(job => wanted.Contains((string)job["status"]!));
        jobs = query["sort_order"] == "asc" ? jobs.OrderBy(Created) : jobs.OrderByDescending(Created);
        var all = jobs.ToArray();
        var skip = Math.Max(0, offset ?? 0);
        var page = all.Skip(skip).Take(limit ?? int.MaxValue).ToArray();
        return Reply.JsonAsync(context, Py.Dict(
            ("jobs", page),
            ("pagination", Py.Dict(
                ("offset", (long)skip), ("limit", (long?)limit), ("total", (long)all.Length), ("has_more", skip + page.Length < all.Length)))));
    }

    private Task ShowAsync(HttpContext context, string id)
    {
        var job = All().FirstOrDefault(one => (string)one["id"]! == id);
        if (job is null)
        {
            return Reply.JsonAsync(context, Py.Dict(("error", "Job not found")), 404);
        }

        if (process.History.One(id).GetValueOrDefault(id) is PyDict entry)
        {
            var prompt = (PyList)entry["prompt"]!;
            job["outputs"] = entry["outputs"];
            job["execution_status"] = entry["status"];
            job["workflow"] = Py.Dict(("prompt", prompt[2]), ("extra_data", prompt[3]));
        }

        return Reply.JsonAsync(context, job);
    }

    private IEnumerable<PyDict> All()
    {
        var (running, pending) = process.Queue.Snapshot();
        var finished = process.History.Page(null, -1);
        return running.Select(item => Queued(item, "in_progress"))
            .Concat(pending.Select(item => Queued(item, "pending")))
            .Concat(finished.Where(pair => running.All(item => item.Id != pair.Key)).Select(pair => Finished(pair.Key, (PyDict)pair.Value!)));
    }

    private static PyDict Queued(PromptItem item, string status) => Py.Dict(
        ("id", item.Id), ("status", status), ("priority", item.Number), ("create_time", item.ExtraData.GetValueOrDefault("create_time")), ("outputs_count", 0L));

    private static PyDict Finished(string id, PyDict entry)
    {
        var prompt = (PyList)entry["prompt"]!;
        var status = (PyDict)entry["status"]!;
        var messages = ((PyList)status["messages"]!).OfType<PyList>().Select(m => (Type: (string)m[0]!, Data: (PyDict)m[1]!)).ToArray();
        var end = messages[^1];
        var interrupted = messages.Any(m => m.Type == "execution_interrupted");
        var job = Py.Dict(
            ("id", id),
            ("status", (string)status["status_str"]! == "success" ? "completed" : interrupted ? "cancelled" : "failed"),
            ("priority", prompt[0]),
            ("create_time", ((PyDict)prompt[3]!).GetValueOrDefault("create_time")),
            ("execution_start_time", messages[0].Data.GetValueOrDefault("timestamp")),
            ("execution_end_time", end.Data.GetValueOrDefault("timestamp")),
            ("outputs_count", (long)((PyDict)entry["outputs"]!).Count));
        if (end.Type == "execution_error")
        {
            job["execution_error"] = end.Data;
        }

        return job;
    }

    private static long Created(PyDict job) => job["create_time"] is long time ? time : 0;

    private static Task Refuse(HttpContext context, string why) => Reply.JsonAsync(context, Py.Dict(("error", why)), 400);

    private static bool TryNumber(string? text, out int? number)
    {
        number = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
        return number is not null || string.IsNullOrEmpty(text);
    }
}
