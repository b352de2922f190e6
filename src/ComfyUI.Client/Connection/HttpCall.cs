using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>One request to the server, described so that it can be made again.</summary>
internal sealed class HttpCall
{
    internal HttpCall(HttpMethod method, string path)
    {
        Method = method;
        Path = path;
    }

    internal HttpMethod Method { get; }

    /// <summary>Relative to the session's base, without a leading slash, with the query.</summary>
    internal string Path { get; }

    /// <summary>Where the path leads, once a session has looked.</summary>
    internal Uri? Address { get; set; }

    /// <summary>Makes the body; called once a try. Null for no body.</summary>
    internal Func<HttpContent>? Content { get; init; }

    /// <summary>Sets what headers the request needs beyond those of the session.</summary>
    internal Action<HttpRequestMessage>? Configure { get; init; }

    /// <summary>Whether making it twice is the same as making it once. Only such calls are made again after they may have arrived.</summary>
    internal bool IsIdempotent { get; init; }

    /// <summary>
    /// Is asked before a call that was answered 429 is made again: false when the first one was taken after all. Null to make it again.
    /// </summary>
    internal Func<CancellationToken, Task<bool>>? MayRepeat { get; init; }

    /// <summary>Tries in all.</summary>
    internal int MaxAttempts { get; init; } = RetryPolicy.MaxAttempts;

    /// <summary>Tells of bytes of the body that were sent.</summary>
    internal IProgress<long>? Sent { get; init; }

    internal static HttpCall Get(string path) => new(HttpMethod.Get, path) { IsIdempotent = true };
}
