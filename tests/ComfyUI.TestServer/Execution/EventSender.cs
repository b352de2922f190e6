using System;

namespace ComfyUI.TestServer;

/// <summary>Sends one prompt's events to the socket that owns it.</summary>
internal sealed class EventSender(SocketHub hub, string? clientId, ServerGeneration generation)
{
    public string? ClientId => clientId;

    /// <summary>Milliseconds since 1970, as the execution_ events carry.</summary>
    public static long Timestamp => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>Events that a prompt without client_id does not have at all.</summary>
    public void ToOwner(string type, PyDict data)
    {
        if (clientId is not null && HasListener)
        {
            hub.Send(type, data, clientId);
        }
    }

    /// <summary>Events that go to everybody when the prompt has no client_id.</summary>
    public void ToOwnerOrAll(string type, PyDict data) => hub.Send(type, data, clientId);

    /// <summary>Whether a frame sent to the owner, or to all, would reach anybody.</summary>
    public bool HasListener => hub.Reaches(clientId);

    /// <summary>Whether the owner's socket asked for previews with metadata (frame type 4).</summary>
    public bool WantsPreviewMetadata => generation != ServerGeneration.Early && clientId is not null && hub.HasFlag(clientId, "supports_preview_metadata");

    /// <summary>Events that old servers do not have.</summary>
    public bool HasProgressState => generation != ServerGeneration.Early;

    public void Binary(string name, byte[] frame, bool toAll = false) => hub.SendBinary(name, frame, toAll ? null : clientId);
}
