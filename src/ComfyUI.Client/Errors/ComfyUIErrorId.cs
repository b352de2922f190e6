namespace ComfyUI.Client;

/// <summary>
/// The stable names of errors. In PowerShell they are the first part of <c>FullyQualifiedErrorId</c>. A name never changes its meaning.
/// </summary>
public static class ComfyUIErrorId
{
    /// <summary>The server could not be reached: refused, unknown host, no route.</summary>
    public const string ConnectionFailed = nameof(ConnectionFailed);

    /// <summary>The connection broke before the answer was complete.</summary>
    public const string ConnectionLost = nameof(ConnectionLost);

    /// <summary>The server's TLS certificate was not accepted, or the TLS handshake failed.</summary>
    public const string CertificateRejected = nameof(CertificateRejected);

    /// <summary>The server redirected to another origin, where no credentials are sent.</summary>
    public const string RedirectRefused = nameof(RedirectRefused);

    /// <summary>Credentials would have gone over plain http to another machine.</summary>
    public const string UnencryptedAuthentication = nameof(UnencryptedAuthentication);

    /// <summary>HTTP 401: no credentials, or wrong ones.</summary>
    public const string AuthenticationFailed = nameof(AuthenticationFailed);

    /// <summary>HTTP 407: the proxy wants credentials.</summary>
    public const string ProxyAuthenticationRequired = nameof(ProxyAuthenticationRequired);

    /// <summary>HTTP 403: known, but not allowed.</summary>
    public const string Forbidden = nameof(Forbidden);

    /// <summary>HTTP 404: no such route, file or thing.</summary>
    public const string NotFound = nameof(NotFound);

    /// <summary>The server's version lacks the route that this needs, or something before it hides the route.</summary>
    public const string FeatureMissing = nameof(FeatureMissing);

    /// <summary>The server knows no node class, model, folder, setting or template of this name.</summary>
    public const string ItemNotFound = nameof(ItemNotFound);

    /// <summary>The server keeps files for several users, and the session names none of them.</summary>
    public const string UnknownUser = nameof(UnknownUser);

    /// <summary>The server has a file of this name, and it is not to be overwritten.</summary>
    public const string FileExists = nameof(FileExists);

    /// <summary>HTTP 413: the body is larger than the server takes.</summary>
    public const string RequestTooLarge = nameof(RequestTooLarge);

    /// <summary>HTTP 429, after all retries.</summary>
    public const string TooManyRequests = nameof(TooManyRequests);

    /// <summary>Any other refusal of a request, 400 to 499.</summary>
    public const string RequestRejected = nameof(RequestRejected);

    /// <summary>HTTP 500 to 599, after all retries.</summary>
    public const string ServerError = nameof(ServerError);

    /// <summary>An answer that is not JSON, or not of the shape the route promises.</summary>
    public const string InvalidResponse = nameof(InvalidResponse);

    /// <summary>One request took longer than the session's time limit.</summary>
    public const string RequestTimeout = nameof(RequestTimeout);

    /// <summary>The run or the waiting took longer than its limit.</summary>
    public const string RunTimeout = nameof(RunTimeout);

    /// <summary>The server refused the prompt; the nodes at fault are named.</summary>
    public const string PromptRejected = nameof(PromptRejected);

    /// <summary>A node failed while the prompt ran.</summary>
    public const string ExecutionFailed = nameof(ExecutionFailed);

    /// <summary>The job was interrupted or taken from the queue.</summary>
    public const string JobInterrupted = nameof(JobInterrupted);

    /// <summary>The job is in neither queue nor history any more.</summary>
    public const string JobLost = nameof(JobLost);

    /// <summary>No job of that id is known to the server.</summary>
    public const string JobNotFound = nameof(JobNotFound);

    /// <summary>A shortened id is the beginning of several jobs' ids.</summary>
    public const string JobIdAmbiguous = nameof(JobIdAmbiguous);

    /// <summary>The job runs or waits still, where one that is over is meant.</summary>
    public const string JobNotFinished = nameof(JobNotFinished);

    /// <summary>A prompt was sent, no usable answer came, and the server does not list it.</summary>
    public const string SubmissionUnknown = nameof(SubmissionUnknown);

    /// <summary>The workflow could not be read, or is not a workflow.</summary>
    public const string InvalidWorkflow = nameof(InvalidWorkflow);

    /// <summary>The workflow is in one format where the other is needed, and cannot be turned into it here.</summary>
    public const string UnsupportedWorkflowFormat = nameof(UnsupportedWorkflowFormat);

    /// <summary>A media file was read and holds no ComfyUI workflow.</summary>
    public const string NoEmbeddedWorkflow = nameof(NoEmbeddedWorkflow);

    /// <summary>The text in a media file, or what it unpacks to, is larger than any workflow.</summary>
    public const string EmbeddedWorkflowTooLarge = nameof(EmbeddedWorkflowTooLarge);

    /// <summary>By its first bytes, the file is none of the kinds that can hold a workflow.</summary>
    public const string UnknownFileFormat = nameof(UnknownFileFormat);

    /// <summary>The file has no bytes.</summary>
    public const string EmptyFile = nameof(EmptyFile);

    /// <summary>A part of the file claims more bytes than there are: the file is cut short, or the length is damaged.</summary>
    public const string TruncatedFile = nameof(TruncatedFile);

    /// <summary>The file breaks the rules of its own format.</summary>
    public const string InvalidMediaFile = nameof(InvalidMediaFile);

    /// <summary>The workflow has nodes of classes that the server does not know.</summary>
    public const string UnknownNodeClass = nameof(UnknownNodeClass);

    /// <summary>A name given for a node or input matches nothing, or more than one thing.</summary>
    public const string UnknownWorkflowInput = nameof(UnknownWorkflowInput);

    /// <summary>A value is not one that the server takes for the input: of another type, beyond the limits, or none of the choices.</summary>
    public const string InvalidInputValue = nameof(InvalidInputValue);

    /// <summary>The change cannot be made in a workflow of this format.</summary>
    public const string WorkflowNotEditable = nameof(WorkflowNotEditable);

    /// <summary>A setting, environment variable or .env file is wrong.</summary>
    public const string InvalidConfiguration = nameof(InvalidConfiguration);

    /// <summary>The session is closed.</summary>
    public const string SessionClosed = nameof(SessionClosed);

    /// <summary>A file on this machine is not there, or could not be read.</summary>
    public const string FileFailed = nameof(FileFailed);

    /// <summary>A file could not be written on this machine.</summary>
    public const string FileNotWritten = nameof(FileNotWritten);

    /// <summary>A downloaded file had another length than the server declared, after all retries.</summary>
    public const string IncompleteDownload = nameof(IncompleteDownload);
}
