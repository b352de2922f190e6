using System;
using System.Collections.Generic;
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

    /// <summary>Runs work with a session; an error ends the cmdlet.</summary>
    protected T AskOrFail<T>(ComfyUISession session, object? target, Func<CancellationToken, Task<T>> work)
    {
        try
        {
            return Ask(session, work);
        }
        catch (ComfyUIException e)
        {
            Fail(e, target);
            throw;
        }
    }

    /// <summary>
    /// Runs work for one of several items: what is wrong with the item is reported, and the next one has its turn; what would meet the
    /// next one, too, ends the cmdlet.
    /// </summary>
    /// <returns>Whether it worked.</returns>
    protected bool TryAsk<T>(ComfyUISession session, object? target, Func<CancellationToken, Task<T>> work, out T result)
    {
        result = default!;
        try
        {
            result = Ask(session, work);
            return true;
        }
        catch (ComfyUIException e) when (IsForAll(e))
        {
            Fail(e, target);
            throw;
        }
        catch (ComfyUIException e)
        {
            Report(e, target);
            return false;
        }
    }

    /// <summary>The same for work that gives nothing.</summary>
    /// <inheritdoc cref="TryAsk{T}" path="/returns"/>
    protected bool TryDo(ComfyUISession session, object? target, Func<CancellationToken, Task> work) => TryAsk(
        session,
        target,
        async token =>
        {
            await work(token).ConfigureAwait(false);
            return true;
        },
        out _);

    /// <summary>ShouldProcess for a cmdlet that asks by default: -Force answers, -WhatIf and an explicit -Confirm still count.</summary>
    protected bool ShouldProcess(bool force, string target, string action)
    {
        bool asks = !force
            || MyInvocation.BoundParameters.ContainsKey("Confirm")
            || MyInvocation.BoundParameters.ContainsKey("WhatIf")
            || LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));
        return !asks || ShouldProcess(target, action);
    }

    /// <summary>The ids of jobs in full. One that means several jobs is reported and left out.</summary>
    private protected IEnumerable<string> FullIds(ComfyUISession session, IEnumerable<string> ids)
    {
        foreach (string id in ids)
        {
            if (TryAsk(session, id, token => session.Jobs.ResolveIdAsync(id, token), out string full))
            {
                yield return full;
            }
        }
    }

    private static bool IsForAll(ComfyUIException error)
        => error is ComfyUIConnectionException or ComfyUIAuthenticationException or ComfyUITimeoutException or ComfyUIProtocolException
        || error.ErrorId == ComfyUIErrorId.FeatureMissing;

    /// <summary>Shows the requests of the current flow of calls in the verbose stream.</summary>
    protected IDisposable Observe(ComfyUISession session) => session.ObserveRequests(trace => Post(() => WriteVerbose(trace.ToString())));
}
