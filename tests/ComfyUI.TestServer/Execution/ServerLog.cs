using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;

namespace ComfyUI.TestServer;

/// <summary>The last 300 log lines, and who wants to hear of new ones.</summary>
internal sealed class ServerLog(ServerProcess process)
{
    private const int Limit = 300;
    private readonly Lock gate = new();
    private readonly Queue<PyDict> entries = new();
    private readonly HashSet<string> subscribers = [];

    public void Add(string message)
    {
        var entry = Py.Dict(("t", DateTime.Now.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture)), ("m", message));
        string[] listeners;
        lock (gate)
        {
            entries.Enqueue(entry);
            if (entries.Count > Limit)
            {
                entries.Dequeue();
            }

            listeners = [.. subscribers];
        }

        foreach (var listener in listeners)
        {
            process.Sockets.Send("logs", Py.Dict(("entries", new PyList { entry }), ("size", null)), listener);
        }
    }

    public void Subscribe(string clientId, bool enabled)
    {
        lock (gate)
        {
            if (enabled)
            {
                subscribers.Add(clientId);
            }
            else
            {
                subscribers.Remove(clientId);
            }
        }
    }

    public string Text()
    {
        lock (gate)
        {
            return entries.Aggregate(new StringBuilder(), (text, e) => text.Append(e["t"]).Append(" - ").Append(e["m"])).ToString();
        }
    }

    public PyDict Raw()
    {
        lock (gate)
        {
            return Py.Dict(("entries", new PyList(entries)), ("size", Py.Dict(("cols", 80), ("rows", 24))));
        }
    }
}
