using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>A cmdlet that speaks to a server through a session: the given one, else the runspace's default.</summary>
public abstract class SessionCmdlet : AsyncCmdlet
{
    /// <summary>The session to use, or its name. Without it: the one that was connected last.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [SessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ComfyUISession? Session { get; set; }

    /// <summary>The session to use.</summary>
    /// <exception cref="RuntimeException">There is none; the cmdlet ends.</exception>
    protected ComfyUISession RequireSession()
    {
        ComfyUISession? session = Session ?? SessionTable.Current.Default;
        if (session is null)
        {
            ThrowTerminatingError(ErrorRecords.NotConnected());
        }

        return session!;
    }

    /// <summary>Runs work with a session, showing its requests in the verbose stream.</summary>
    protected T Ask<T>(ComfyUISession session, Func<CancellationToken, Task<T>> work) => Run(async token =>
    {
        using (Observe(session))
        {
            return await work(token).ConfigureAwait(false);
        }
    });

    /// <summary>Shows the requests of the current flow of calls in the verbose stream.</summary>
    protected IDisposable Observe(ComfyUISession session) => session.ObserveRequests(trace => Post(() => WriteVerbose(trace.ToString())));
}
