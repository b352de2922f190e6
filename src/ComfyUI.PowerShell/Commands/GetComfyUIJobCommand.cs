using System.Collections.Generic;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Gets the jobs of the server: those that run, those that wait, and those it remembers.</summary>
[Cmdlet(VerbsCommon.Get, "ComfyUIJob", DefaultParameterSetName = "List")]
[OutputType(typeof(ComfyUIJob))]
public sealed class GetComfyUIJobCommand : SessionCmdlet
{
    /// <summary>The ids of the jobs.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Id", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PromptId")]
    [JobIdTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JobCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>Only jobs with one of these states.</summary>
    [Parameter(ParameterSetName = "List")]
    public ComfyUIJobStatus[] Status { get; set; } = [];

    /// <summary>Only jobs that this session handed in.</summary>
    [Parameter(ParameterSetName = "List")]
    public SwitchParameter Mine { get; set; }

    /// <summary>How many jobs at most: those that run first, then those that wait, then the newest of the others.</summary>
    [Parameter(ParameterSetName = "List")]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = int.MaxValue;

    /// <summary>How many jobs to leave out at the start.</summary>
    [Parameter(ParameterSetName = "List")]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ComfyUISession session = RequireSession();
        if (ParameterSetName == "Id")
        {
            foreach (string id in Id)
            {
                WriteJob(session, id);
            }
        }
        else
        {
            WriteList(session);
        }
    }

    private void WriteJob(ComfyUISession session, string id)
    {
        try
        {
            WriteObject(Ask(session, token => session.Jobs.GetAsync(id, token)));
        }
        catch (ComfyUINotFoundException e)
        {
            Report(e, id);
        }
        catch (ComfyUIException e)
        {
            Fail(e, session);
        }
    }

    private void WriteList(ComfyUISession session)
    {
        IReadOnlyList<ComfyUIJob> jobs = [];
        try
        {
            jobs = Ask(session, token => session.Jobs.ListAsync(MostFinished(), token));
        }
        catch (ComfyUIException e)
        {
            Fail(e, session);
        }

        int skip = Skip;
        int left = First;
        foreach (ComfyUIJob job in jobs)
        {
            if ((Status.Length > 0 && System.Array.IndexOf(Status, job.Status) < 0) || (Mine && !session.Jobs.IsOwn(job.Id)))
            {
                continue;
            }

            if (skip-- > 0)
            {
                continue;
            }

            if (left-- <= 0)
            {
                return;
            }

            WriteObject(job);
        }
    }

    // A history may hold 10,000 entries with their graphs: no more is asked for than may be shown.
    private int? MostFinished()
    {
        bool active = Status.Length > 0 && System.Array.TrueForAll(Status, status => status is ComfyUIJobStatus.Pending or ComfyUIJobStatus.Running);
        return active ? 0 : Status.Length == 0 && !Mine && First < int.MaxValue - Skip ? First + Skip : null;
    }
}
