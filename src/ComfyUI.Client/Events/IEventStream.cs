using System;

namespace ComfyUI.Client;

/// <summary>An open stream of events. It ends when it is disposed, or when the other side goes away.</summary>
internal interface IEventStream : IDisposable
{
    /// <summary>The id that a prompt must be submitted with, for its events to come here.</summary>
    string ClientId { get; }

    /// <summary>Whether events can still come.</summary>
    bool IsOpen { get; }

    /// <summary>
    /// Whether its client id was used before. The server forgets a socket when an older one of the same id ends, without a word: such a
    /// stream brings progress back, and nobody relies on it.
    /// </summary>
    bool IsResumed { get; }

    /// <summary>How many messages have come, of whatever kind.</summary>
    long Messages { get; }
}
