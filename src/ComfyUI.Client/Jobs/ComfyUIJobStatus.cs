namespace ComfyUI.Client;

/// <summary>Where a job is on its way.</summary>
public enum ComfyUIJobStatus
{
    /// <summary>It waits in the queue.</summary>
    Pending,

    /// <summary>The server works on it.</summary>
    Running,

    /// <summary>It ended well.</summary>
    Completed,

    /// <summary>A node failed.</summary>
    Failed,

    /// <summary>Somebody interrupted it, or took it from the queue.</summary>
    Interrupted,

    /// <summary>The server lists it nowhere any more: it was removed, its history was cleared, or the server restarted.</summary>
    Lost,

    /// <summary>The server could not be asked, so nobody knows.</summary>
    Unknown,
}
