using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace ComfyUI.TestServer;

/// <summary>
/// Who is connected. The table is keyed by client id as the real server's is, with its trap: when the older of two sockets
/// with one id closes, the entry it removes is the newer's.
/// </summary>
internal sealed class SocketHub
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ClientSocket> bySid = [];
    private readonly HashSet<ClientSocket> open = [];

    /// <summary>Open sockets, registered or not.</summary>
    public int OpenCount
    {
        get
        {
            lock (gate)
            {
                return open.Count;
            }
        }
    }

    /// <summary>The client ids that events can reach.</summary>
    public IReadOnlyList<string> RegisteredIds
    {
        get
        {
            lock (gate)
            {
                return [.. bySid.Keys];
            }
        }
    }

    public void Register(ClientSocket socket)
    {
        lock (gate)
        {
            bySid[socket.Sid] = socket;
            open.Add(socket);
        }
    }

    public void Unregister(ClientSocket socket)
    {
        lock (gate)
        {
            bySid.Remove(socket.Sid);
            open.Remove(socket);
        }
    }

    /// <summary>Sends to one client id, or to all registered when it is null.</summary>
    public void Send(string type, PyDict data, string? sid)
    {
        if (Reaches(sid))
        {
            Post(Frame(type, data), sid);
        }
    }

    public void SendBinary(string name, byte[] frame, string? sid) => Post(new SocketFrame(name, frame, IsText: false), sid);

    public static SocketFrame Frame(string type, PyDict data) =>
        new(type, PyJsonWriter.WriteBytes(Py.Dict(("type", type), ("data", data))), IsText: true);

    /// <summary>Whether anybody would get what is sent to this id (null: to all).</summary>
    public bool Reaches(string? sid)
    {
        lock (gate)
        {
            return sid is null ? bySid.Count > 0 : bySid.ContainsKey(sid);
        }
    }

    public bool HasFlag(string sid, string flag)
    {
        lock (gate)
        {
            return bySid.TryGetValue(sid, out var socket) && socket.Flags.TryGetValue(flag, out var value) && value is true;
        }
    }

    /// <summary>Cuts every connection.</summary>
    public void DropAll()
    {
        ClientSocket[] all;
        lock (gate)
        {
            all = [.. open];
        }

        foreach (var socket in all)
        {
            socket.Abort();
        }
    }

    private void Post(SocketFrame frame, string? sid)
    {
        ClientSocket[] targets;
        lock (gate)
        {
            targets = sid is null ? [.. bySid.Values] : bySid.TryGetValue(sid, out var one) ? [one] : [];
        }

        foreach (var target in targets)
        {
            target.Post(frame);
        }
    }
}
