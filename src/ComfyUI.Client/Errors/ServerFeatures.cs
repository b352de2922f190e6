namespace ComfyUI.Client;

/// <summary>Servers differ in their routes: tells a route that a version lacks from a thing that is not there.</summary>
internal static class ServerFeatures
{
    /// <summary>Whether a failure looks like that of a route the server does not have.</summary>
    internal static bool IsMissingRoute(ComfyUIException error) => error.StatusCode is 404 or 405 or 501;

    /// <summary>The error for a feature that needs another server.</summary>
    /// <param name="what">The feature, as the start of a sentence in the plural: "Logs".</param>
    /// <param name="since">Which servers have it: "ComfyUI of 2025 and later".</param>
    /// <param name="cause">How the server refused.</param>
    internal static ComfyUINotFoundException Missing(string what, string since, ComfyUIException cause) => new(
        ComfyUIErrorId.FeatureMissing, $"{what} are not to be had from this server (HTTP {JsonAccess.Invariant(cause.StatusCode ?? 0)}).", cause)
    {
        RecommendedAction = $"{since} has the route; a gateway or proxy before it may hide it.",
    };
}
