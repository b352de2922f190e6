using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>The users of a server that was started with <c>--multi-user</c> (<c>GET /users</c>).</summary>
internal static class ServerUsers
{
    /// <summary>The header that says which user a request is for. It is no credential: whoever may ask may name any user.</summary>
    internal const string Header = "comfy-user";

    /// <summary>Asks something that is about a user: if the server refuses because it does not know who is meant, the error says that.</summary>
    internal static async Task<T> AskAsync<T>(HttpPipeline pipeline, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (ComfyUIException e) when (e.StatusCode is 401 or 403 or 500)
        {
            // Each route refuses in another way.
            throw await ExplainAsync(pipeline, e, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The id of a user given by id or by name.</summary>
    /// <exception cref="ComfyUIException">The server knows no such user, or several of that name.</exception>
    internal static async Task<string> ResolveAsync(HttpPipeline pipeline, string user, CancellationToken cancellationToken)
    {
        Dictionary<string, string>? users = await ListAsync(pipeline, cancellationToken).ConfigureAwait(false);
        if (users is null || users.ContainsKey(user))
        {
            // A server for one user takes whatever is given.
            return user;
        }

        string? id = null;
        foreach (KeyValuePair<string, string> known in users)
        {
            if (string.Equals(known.Value, user, StringComparison.OrdinalIgnoreCase))
            {
                id = id is null ? known.Key : throw Unknown($"The server knows several users called '{user}'.", users, byName: false, null);
            }
        }

        return id ?? throw Unknown($"The server knows no user '{user}'.", users, byName: true, null);
    }

    // The error to throw in place of one that an unknown user may have caused.
    private static async Task<ComfyUIException> ExplainAsync(HttpPipeline pipeline, ComfyUIException error, CancellationToken cancellationToken)
    {
        try
        {
            Dictionary<string, string>? users = await ListAsync(pipeline, cancellationToken).ConfigureAwait(false);
            return users is null || (pipeline.UserId is { } id && users.ContainsKey(id))
                ? error
                : Unknown("The server keeps settings and files for several users, and the session names none of them.", users, byName: true, error);
        }
        catch (ComfyUIException)
        {
            return error;
        }
    }

    // Null when the server is for one user.
    private static async Task<Dictionary<string, string>?> ListAsync(HttpPipeline pipeline, CancellationToken cancellationToken)
    {
        JsonObject answer = await pipeline.GetObjectAsync("users", cancellationToken).ConfigureAwait(false);
        if (answer.Object("users") is not { } listed)
        {
            return null;
        }

        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (KeyValuePair<string, JsonNode?> user in listed)
        {
            users[user.Key] = JsonAccess.Display(user.Value);
        }

        return users;
    }

    private static ComfyUIAuthenticationException Unknown(string message, Dictionary<string, string> users, bool byName, ComfyUIException? cause)
    {
        var known = new List<string>(byName ? users.Values : users.Keys);
        known.Sort(StringComparer.OrdinalIgnoreCase);
        return new ComfyUIAuthenticationException(ComfyUIErrorId.UnknownUser, message, cause)
        {
            RecommendedAction = known.Count == 0
                ? "Make a user in the browser first, then connect with -User and its name."
                : "Connect with -User and one of: " + Redaction.ServerLine(string.Join(", ", known)) + ".",
        };
    }
}
