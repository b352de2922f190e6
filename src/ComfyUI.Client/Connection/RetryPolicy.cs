using System;
using System.Net.Http;

namespace ComfyUI.Client;

/// <summary>How long to wait before trying again, and after which answers.</summary>
internal static class RetryPolicy
{
    /// <summary>Tries of one request in all.</summary>
    internal const int MaxAttempts = 5;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    /// <summary>A server that asks for more patience than this is not waited for.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(2);

    /// <summary>Whether an answer says that the same request may do better later.</summary>
    internal static bool IsTransient(int statusCode) => statusCode is 408 or 429 or 502 or 503 or 504;

    /// <summary>The wait before try number <paramref name="nextAttempt"/> (2 is the first retry): doubling, with up to a third of jitter.</summary>
    internal static TimeSpan Backoff(int nextAttempt, Random random)
    {
        double milliseconds = Math.Min(LongestDelay.TotalMilliseconds, FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(nextAttempt - 2, 16)));
        double jitter;
        lock (random)
        {
            jitter = random.NextDouble();
        }

        return TimeSpan.FromMilliseconds(milliseconds * (1 - (jitter / 3)));
    }

    /// <summary>What the server asks for in <c>Retry-After</c>, as seconds or a date; null when it asks for nothing, or for too much.</summary>
    internal static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now, out bool tooLong)
    {
        tooLong = false;
        TimeSpan? wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => null,
        };
        if (wait is null || wait < TimeSpan.Zero)
        {
            return null;
        }

        tooLong = wait > LongestRetryAfter;
        return wait;
    }
}
