using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>What the server does wrong. Rules may be added at any time; every matching rule that is not used up strikes.</summary>
public sealed class FaultPlan
{
    private readonly Lock gate = new();
    private readonly List<Counted<FaultRule>> rules = [];
    private readonly List<Counted<SocketFault>> sockets = [];
    private TaskCompletionSource hold = NewHold();

    /// <summary>Adds a rule.</summary>
    public void Add(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        lock (gate)
        {
            rules.Add(new Counted<FaultRule>(rule));
        }
    }

    /// <summary>Adds a fault for sockets that connect from now on, or are connected already.</summary>
    public void Add(SocketFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (gate)
        {
            sockets.Add(new Counted<SocketFault>(fault));
        }
    }

    /// <summary>Answers matching requests with a status instead of executing them.</summary>
    public void Respond(string? method, string path, int status, int? times = null, string body = "", string contentType = "text/plain; charset=utf-8", IReadOnlyDictionary<string, string>? headers = null, FaultMoment when = FaultMoment.Before, int skip = 0) =>
        Add(new FaultRule
        {
            Method = method,
            Path = path,
            Status = status,
            Times = times,
            Skip = skip,
            Body = body,
            ContentType = contentType,
            Headers = headers ?? new Dictionary<string, string>(),
            When = when,
        });

    /// <summary>Redirects matching requests.</summary>
    public void Redirect(string? method, string path, string location, int status = 302, int? times = null) =>
        Respond(method, path, status, times, headers: new Dictionary<string, string> { ["Location"] = location });

    /// <summary>Drops the connection of matching requests, before or after they are executed.</summary>
    public void Drop(string? method, string path, FaultMoment when = FaultMoment.Before, int? times = null, int skip = 0) =>
        Add(new FaultRule { Method = method, Path = path, Action = FaultAction.Drop, When = when, Times = times, Skip = skip });

    /// <summary>Makes matching requests wait, before they are executed or (then only the answer is late) after.</summary>
    public void Delay(string? method, string path, TimeSpan delay, FaultMoment when = FaultMoment.Before, int? times = null) =>
        Add(new FaultRule { Method = method, Path = path, Action = FaultAction.Delay, Delay = delay, When = when, Times = times });

    /// <summary>Makes matching requests wait until <see cref="Release"/>.</summary>
    public void Hold(string? method, string path, FaultMoment when = FaultMoment.Before, int? times = null) =>
        Add(new FaultRule { Method = method, Path = path, Action = FaultAction.Hold, When = when, Times = times });

    /// <summary>Cuts the bodies of matching answers short, with their full Content-Length announced.</summary>
    public void CutBody(string? method, string path, long after, int? times = null, int skip = 0) =>
        Add(new FaultRule { Method = method, Path = path, Action = FaultAction.CutBody, CutAfter = after, When = FaultMoment.After, Times = times, Skip = skip });

    /// <summary>Answers matching requests with a body that never comes to its end, and never stands still either.</summary>
    public void Trickle(string? method, string path, FaultMoment when = FaultMoment.Before, int? times = null, int status = 200) =>
        Add(new FaultRule { Method = method, Path = path, Action = FaultAction.Trickle, Status = status, When = when, Times = times });

    /// <summary>Lets everything go on that waits because of <see cref="FaultAction.Hold"/>.</summary>
    public void Release()
    {
        lock (gate)
        {
            hold.TrySetResult();
            hold = NewHold();
        }
    }

    /// <summary>Removes all rules and releases what is held.</summary>
    public void Clear()
    {
        lock (gate)
        {
            rules.Clear();
            sockets.Clear();
        }

        Release();
    }

    internal Task Held
    {
        get
        {
            lock (gate)
            {
                return hold.Task;
            }
        }
    }

    /// <summary>The rules that strike this request; asking uses them up.</summary>
    internal IReadOnlyList<FaultRule> Strike(string method, string pathAndQuery)
    {
        lock (gate)
        {
            return [.. rules
                .Where(r => (r.Rule.Method is null || r.Rule.Method == method) && Regex.IsMatch(pathAndQuery, r.Rule.Path) && r.Use(r.Rule.Skip, r.Rule.Times))
                .Select(r => r.Rule)];
        }
    }

    /// <summary>Decides about every frame of one socket.</summary>
    internal Func<SocketFrame, int, SocketFate> WatchSocket(string clientId)
    {
        var mine = new Dictionary<Counted<SocketFault>, bool>();
        return (frame, sent) =>
        {
            lock (gate)
            {
                foreach (var counted in sockets)
                {
                    var fault = counted.Rule;
                    if (fault.ClientId is not null && fault.ClientId != clientId)
                    {
                        continue;
                    }

                    var fate =
                        fault.DropAfterFrames <= sent || fault.DropBeforeEvent == frame.Event ? SocketFate.Drop
                        : fault.SilentAfterFrames <= sent || fault.SwallowEvent == frame.Event ? SocketFate.Swallow
                        : SocketFate.Send;
                    if (fate == SocketFate.Send)
                    {
                        continue;
                    }

                    // A fault counts sockets, not frames: what has struck this one once stays with it.
                    if (!mine.TryGetValue(counted, out var struck))
                    {
                        struck = mine[counted] = counted.Use(0, fault.Times);
                    }

                    if (struck)
                    {
                        return fate;
                    }
                }

                return SocketFate.Send;
            }
        };
    }

    private static TaskCompletionSource NewHold() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Counted<T>(T rule)
    {
        private int seen;

        public T Rule => rule;

        public bool Use(int skip, int? times) => ++seen > skip && (times is null || seen <= skip + times);
    }
}
