using System;

namespace ComfyUI.Client;

/// <summary>The server's times: milliseconds since 1970, seconds in some routes of some versions.</summary>
internal static class UnixTime
{
    // Larger numbers would overflow; no server means the year 9999.
    private const double MaxMilliseconds = 253402300799999;

    /// <summary>A time from milliseconds; null for none and for nonsense.</summary>
    internal static DateTimeOffset? Read(double? milliseconds)
        => milliseconds is { } value && value is > 0 and < MaxMilliseconds ? DateTimeOffset.FromUnixTimeMilliseconds((long)value) : null;

    /// <summary>A time from seconds or milliseconds, whichever it is: what would be after the year 5000 in seconds is milliseconds.</summary>
    internal static DateTimeOffset? ReadEither(double? value) => Read(value > 1e11 ? value : value * 1000);
}
