using System;
using System.Collections.Generic;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>
/// The sessions of each runspace, and which of them is its default: with those that made way and are still open, the only state of the
/// module that outlives a cmdlet.
/// </summary>
internal sealed class SessionTable
{
    private static readonly ConditionalWeakTable<Runspace, SessionTable> Tables = new();

    private readonly object _lock = new();
    private readonly List<WeakReference<ComfyUISession>> _open = [];
    private readonly Dictionary<string, ComfyUISession> _sessions = new(StringComparer.OrdinalIgnoreCase);
    private ComfyUISession? _default;

    /// <summary>The table of the runspace that the current thread runs.</summary>
    internal static SessionTable Current => Tables.GetValue(Runspace.DefaultRunspace, static _ => new SessionTable());

    /// <summary>The runspace's default session: the one connected last, or, when that is closed, the only one left; else null.</summary>
    internal ComfyUISession? Default
    {
        get
        {
            lock (_lock)
            {
                if (_default is not { IsClosed: false })
                {
                    List<ComfyUISession> left = OpenSessions();
                    _default = left.Count == 1 ? left[0] : null;
                }

                return _default;
            }
        }
    }

    /// <summary>Closes every session that was connected in the current runspace; other runspaces keep theirs.</summary>
    internal static void CloseAll()
    {
        if (Runspace.DefaultRunspace is { } runspace && Tables.TryGetValue(runspace, out SessionTable? table))
        {
            table.Close();
        }
    }

    /// <summary>Adds a session and makes it the default. One of the same name makes way; it is closed unless jobs are followed with it.</summary>
    internal void Add(ComfyUISession session)
    {
        ComfyUISession? replaced;
        lock (_lock)
        {
            _open.RemoveAll(static reference => !reference.TryGetTarget(out ComfyUISession? target) || target.IsClosed);
            _open.Add(new WeakReference<ComfyUISession>(session));
            _sessions.TryGetValue(session.Name, out replaced);
            _sessions[session.Name] = session;
            _default = session;
        }

        if (replaced is { Jobs.IsIdle: true })
        {
            replaced.Dispose();
        }
    }

    /// <summary>Closes a session and forgets it.</summary>
    internal void Remove(ComfyUISession session)
    {
        lock (_lock)
        {
            if (_sessions.TryGetValue(session.Name, out ComfyUISession? known) && known == session)
            {
                _sessions.Remove(session.Name);
            }
        }

        session.Dispose();
    }

    /// <summary>The open sessions, by name.</summary>
    internal IReadOnlyList<ComfyUISession> List()
    {
        lock (_lock)
        {
            List<ComfyUISession> sessions = OpenSessions();
            sessions.Sort(static (a, b) => string.Compare(a.Name, b.Name, StringComparison.OrdinalIgnoreCase));
            return sessions;
        }
    }

    /// <summary>The open session of this name; null when there is none.</summary>
    internal ComfyUISession? Find(string name)
    {
        lock (_lock)
        {
            return _sessions.TryGetValue(name, out ComfyUISession? session) && !session.IsClosed ? session : null;
        }
    }

    private void Close()
    {
        lock (_lock)
        {
            foreach (WeakReference<ComfyUISession> reference in _open)
            {
                if (reference.TryGetTarget(out ComfyUISession? session))
                {
                    session.Dispose();
                }
            }

            _open.Clear();
            _sessions.Clear();
            _default = null;
        }
    }

    private List<ComfyUISession> OpenSessions()
    {
        var sessions = new List<ComfyUISession>();
        foreach (ComfyUISession session in _sessions.Values)
        {
            if (!session.IsClosed)
            {
                sessions.Add(session);
            }
        }

        return sessions;
    }
}
