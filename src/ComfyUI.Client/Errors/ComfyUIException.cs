using System;

namespace ComfyUI.Client;

/// <summary>
/// The base of every error this library reports on purpose. Catch it to catch them all; each kind is a class of its own.
/// </summary>
/// <remarks>
/// No message, property or <c>ToString()</c> of these exceptions holds a credential. What the server says is shown without the characters
/// that could drive a terminal.
/// </remarks>
public class ComfyUIException : Exception
{
    private readonly string _recommendedAction = string.Empty;

    /// <summary>Makes an error.</summary>
    /// <param name="errorId">A stable name for this error, one of <see cref="ComfyUIErrorId"/>.</param>
    /// <param name="message">What happened, for a person.</param>
    /// <param name="innerException">
    /// The cause, when there is one. From one of this library's errors the status, the request, the server's words and the job are taken over.
    /// </param>
    public ComfyUIException(string errorId, string message, Exception? innerException = null)
        : base(Redaction.Harmless(message), innerException)
    {
        ErrorId = errorId;
        if (innerException is ComfyUIException cause)
        {
            // Told again, with more to it, an error is still about the same answer.
            (StatusCode, Request, ServerMessage, PromptId) = (cause.StatusCode, cause.Request, cause.ServerMessage, cause.PromptId);
        }
    }

    /// <summary>The stable name of this error, for scripts that tell errors apart. One of <see cref="ComfyUIErrorId"/>.</summary>
    public string ErrorId { get; }

    /// <summary>What the user can do about it; empty when nothing useful can be said.</summary>
    public string RecommendedAction
    {
        get => _recommendedAction;
        init => _recommendedAction = Redaction.Harmless(value);
    }

    /// <summary>The HTTP status of the answer that caused the error; null when there was no answer.</summary>
    public int? StatusCode { get; internal set; }

    /// <summary>The request that failed, as method and address without credentials; null when it was not about one request.</summary>
    public string? Request { get; internal set; }

    /// <summary>What the server said, shortened to 4,000 characters and stripped of control characters; null when it said nothing.</summary>
    public string? ServerMessage { get; internal set; }

    /// <summary>The job this error is about; null when it is about none.</summary>
    public string? PromptId { get; init; }
}
