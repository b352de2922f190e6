using System;

namespace ComfyUI.Client;

/// <summary>How long to be patient with a server that does not tell what became of a job. The job goes on meanwhile.</summary>
internal static class ServerTrouble
{
    // A machine that answers that nothing listens there is one without the server, and an answer that is none of ComfyUI's says as much;
    // anything else may be the network.
    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(60);
    internal static readonly TimeSpan Away = TimeSpan.FromMinutes(5);

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

/// <summary>A server's trouble from its beginning: whether it has gone on for long enough to be believed.</summary>
internal sealed class LastingTrouble(TaskWatch watch)
{
    private readonly long _since = watch.Timestamp;
    private long _kindSince;
    private TimeSpan? _kind;

    /// <summary>Whether this error, after those before it, is to be believed. One refusal after minutes of a bad gateway is one refusal.</summary>
    internal bool IsEnough(ComfyUIException error)
    {
        if (ServerTrouble.Patience(error) is not { } patience)
        {
            return true;
        }

        if (patience != _kind)
        {
            _kind = patience;
            _kindSince = watch.Timestamp;
        }

        return watch.Since(_kindSince) >= patience || watch.Since(_since) >= ServerTrouble.Away;
    }
}
