using System;

namespace ComfyUI.Client;

/// <summary>How long to be patient with a server that does not tell what became of a job. The job goes on meanwhile.</summary>
internal static class ServerTrouble
{
    // A machine that answers that nothing listens there is one without the server, and an answer that is none of ComfyUI's says as much;
    // anything else may be the network.
    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Away = TimeSpan.FromMinutes(5);

    // One refusal may be a slip of a proxy; more of them could lock an account.
    private static readonly TimeSpan Denied = TimeSpan.FromSeconds(10);

    /// <summary>Whether the same question may be answered in a moment, and asking it again harms nobody.</summary>
    internal static bool MayPass(ComfyUIException error) => Patience(error) > Denied;

    /// <summary>How long an error may go on before it is believed; null when asking again cannot help.</summary>
    internal static TimeSpan? Patience(ComfyUIException error) => error switch
    {
        { ErrorId: ComfyUIErrorId.SessionClosed or ComfyUIErrorId.InvalidConfiguration } => null,
        ComfyUITimeoutException or ComfyUIServerException => Away,
        ComfyUINotFoundException or ComfyUIProtocolException => Gone,
        { ErrorId: ComfyUIErrorId.ConnectionFailed or ComfyUIErrorId.ConnectionLost }
            => error.InnerException is { } cause && RequestErrors.IsRefused(cause) ? Gone : Away,
        _ => Denied,
    };
}
