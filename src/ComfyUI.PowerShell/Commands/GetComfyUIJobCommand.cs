using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell.Commands;

/// <summary>Gets the jobs of the server: those that run, those that wait, and those it remembers.</summary>
[Cmdlet(VerbsCommon.Get, "ComfyUIJob", DefaultParameterSetName = "List")]
[OutputType(typeof(ComfyUIJob))]
public sealed class GetComfyUIJobCommand : JobCmdlet
{
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
        if (ParameterSetName == IdSet)
        {
            foreach (string id in FullIds(session))
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
        var filter = new ComfyUIJobFilter
        {
            Statuses = Status,
            OwnOnly = Mine,
            Skip = Skip,
            First = First == int.MaxValue ? null : First,
        };
        foreach (ComfyUIJob job in AskOrFail(session, session, token => session.Jobs.ListAsync(filter, token)))
        {
            WriteObject(job);
        }
    }
}
