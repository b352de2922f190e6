namespace ComfyUI.TestServer;

/// <summary>Which years' server it is: routes, events and answers came and changed.</summary>
public enum ServerGeneration
{
    /// <summary>
    /// Late 2024 (0.3.0): no <c>/features</c>, <c>/internal/logs/raw</c>, <c>/experiment/models</c>, <c>/v2/userdata</c> and
    /// <c>/workflow_templates</c>, previews without metadata, no <c>progress_state</c>, prompt ids of its own, and <c>/interrupt</c> stops
    /// whatever runs.
    /// </summary>
    Early,

    /// <summary>Autumn 2025 (0.3.64), the one that the recordings are of.</summary>
    Recorded,

    /// <summary>
    /// Late 2026 (0.38): <c>/api/jobs</c>, prompt ids that must be lower-case UUIDs, the time of submission in <c>extra_data</c>, times of
    /// user files in milliseconds, several devices.
    /// </summary>
    Late,
}
