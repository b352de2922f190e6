namespace ComfyUI.TestServer;

/// <summary>What goes wrong with a WebSocket. Refusing the upgrade is a <see cref="FaultRule"/> on <c>/ws</c>.</summary>
public sealed record SocketFault
{
    /// <summary>Only sockets with this client id; null for any.</summary>
    public string? ClientId { get; init; }

    /// <summary>How many sockets are hit; null for all.</summary>
    public int? Times { get; init; } = 1;

    /// <summary>Drops the connection after this many frames, the first status counted.</summary>
    public int? DropAfterFrames { get; init; }

    /// <summary>Drops the connection instead of sending an event of this type (<c>executing</c>, <c>execution_success</c>, <c>PREVIEW_IMAGE</c>, ...).</summary>
    public string? DropBeforeEvent { get; init; }

    /// <summary>Sends this many frames and then nothing more, with the connection open.</summary>
    public int? SilentAfterFrames { get; init; }

    /// <summary>Leaves out every event of this type.</summary>
    public string? SwallowEvent { get; init; }
}
