using System;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Makes every error record of the module: a stable id, a real category, the server's words, and what to do.</summary>
internal static class ErrorRecords
{
    /// <summary>The id of the error for a cmdlet that finds no session.</summary>
    internal const string NotConnectedId = "NotConnected";

    internal static ErrorRecord From(ComfyUIException error, object? target)
    {
        string message = error.Message;
        string advice = error.RecommendedAction;
        if (advice.Length > 0 && message.Length > advice.Length && message.EndsWith(advice, StringComparison.Ordinal))
        {
            // Shown below the message.
            message = message.Substring(0, message.Length - advice.Length).TrimEnd();
        }

        // What it says of each node is in the message, and tells more than its summary.
        bool isSaid = error is ComfyUIValidationException { NodeErrors.Count: > 0 };
        if (!isSaid && error.ServerMessage is { Length: > 0 } words && message.IndexOf(words, StringComparison.Ordinal) < 0)
        {
            message += Environment.NewLine + "The server said: " + words;
        }

        return new ErrorRecord(error, error.ErrorId, CategoryOf(error), target)
        {
            ErrorDetails = new ErrorDetails(message) { RecommendedAction = advice },
        };
    }

    /// <summary>The record for what should not have happened.</summary>
    internal static ErrorRecord Unexpected(Exception error, object? target) => new(error, "UnexpectedError", ErrorCategory.NotSpecified, target);

    internal static ErrorRecord NotConnected() => From(
        new ComfyUIConnectionException(NotConnectedId, "There is no session with a ComfyUI server.")
        {
            RecommendedAction = "Run Connect-ComfyUI first, or give -Session.",
        },
        null);

    internal static ErrorRecord NotFileSystem(string path) => From(
        new ComfyUIException("NotFileSystemPath", $"'{path}' is no path of the file system.")
        {
            RecommendedAction = "Give a path of the file system.",
        },
        path);

    internal static ComfyUIValidationException InvalidArgument(string errorId, string message, string advice, Exception? cause = null)
        => new(errorId, message, cause) { RecommendedAction = advice };

    private static ErrorCategory CategoryOf(ComfyUIException error) => error switch
    {
        ComfyUIConnectionException { ErrorId: ComfyUIErrorId.CertificateRejected or ComfyUIErrorId.UnencryptedAuthentication } => ErrorCategory.SecurityError,
        ComfyUIConnectionException => ErrorCategory.ConnectionError,
        ComfyUIAuthenticationException => ErrorCategory.AuthenticationError,
        ComfyUIForbiddenException => ErrorCategory.PermissionDenied,
        ComfyUINotFoundException => ErrorCategory.ObjectNotFound,
        ComfyUIValidationException { ErrorId: ComfyUIErrorId.UnknownWorkflowInput } => ErrorCategory.InvalidArgument,
        ComfyUIValidationException => ErrorCategory.InvalidData,
        ComfyUIExecutionException => ErrorCategory.InvalidOperation,
        ComfyUIInterruptedException => ErrorCategory.OperationStopped,
        ComfyUITimeoutException => ErrorCategory.OperationTimeout,
        ComfyUIServerException => ErrorCategory.ResourceUnavailable,
        ComfyUIProtocolException => ErrorCategory.ProtocolError,
        { ErrorId: ComfyUIErrorId.FileFailed } => ErrorCategory.ReadError,
        { ErrorId: ComfyUIErrorId.FileNotWritten } => ErrorCategory.WriteError,
        { ErrorId: ComfyUIErrorId.RequestTooLarge } => ErrorCategory.LimitsExceeded,
        _ => ErrorCategory.InvalidArgument,
    };
}
