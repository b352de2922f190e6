using System;
using System.Globalization;
using System.Net.Http;
using System.Net.Http.Headers;

namespace ComfyUI.Client;

/// <summary>
/// What an answer tells of the file it carries, so that the rest of one file is never put behind the start of another. ComfyUI gives the
/// rest of a file whatever entity tag <c>If-Range</c> names (aiohttp reads only a date there), so what comes is compared.
/// </summary>
internal sealed class FileVersion
{
    private const int LongestTime = 16;

    // A date counts in seconds: a file that was changed within the last of them cannot be told from the one before, nor when clocks differ.
    private static readonly TimeSpan OldEnough = TimeSpan.FromSeconds(60);

    private readonly EntityTagHeaderValue? _tag;
    private readonly DateTimeOffset? _modified;
    private readonly bool _hasEnd;

    private FileVersion(EntityTagHeaderValue? tag, DateTimeOffset? modified, long? length, bool hasEnd)
    {
        _tag = tag;
        _modified = modified;
        _hasEnd = hasEnd;
        Length = length;
    }

    /// <summary>The length of the whole file in bytes; null when the answer does not tell.</summary>
    internal long? Length { get; }

    /// <summary>What <c>If-Range</c> says when the rest is asked for; null when nothing tells this file from another, so it cannot be gone on with.</summary>
    internal string? Condition => _tag?.ToString() ?? _modified?.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>What an answer with the start of a file tells of it.</summary>
    internal static FileVersion Of(HttpResponseMessage response)
    {
        HttpContentHeaders content = response.Content.Headers;
        bool hasEnd = content.ContentLength is not null || response.Headers.TransferEncodingChunked == true || response.Version.Major >= 2;
        if (ResponseBodies.IsCompressed(response))
        {
            // Its lengths and ranges are those of other bytes than the ones that are written.
            return new FileVersion(null, null, null, hasEnd);
        }

        long? length = (int)response.StatusCode == 206 ? content.ContentRange?.Length : content.ContentLength;
        return new FileVersion(StrongTag(response), OldDate(response), length, hasEnd);
    }

    /// <summary>Whether an answer is the rest of this file from a byte on.</summary>
    internal bool IsContinuedBy(HttpResponseMessage response, long from)
        => (int)response.StatusCode == 206
        && from > 0
        && !ResponseBodies.IsCompressed(response)
        && response.Content.Headers.ContentRange is { Unit: "bytes" } range
        && range.From == from
        && (Length is null || range.Length is null || range.Length == Length)
        && (_tag is not null ? _tag.Equals(StrongTag(response)) : _modified is not null && _modified == response.Content.Headers.LastModified);

    /// <summary>Whether two answers are of the same file, as far as they tell.</summary>
    internal bool IsSameAs(FileVersion other) => Equals(_tag, other._tag) && _modified == other._modified;

    /// <summary>
    /// Whether so many bytes are sure to be all. They are not when the body just ended with the connection, nor when the length in the
    /// entity tag is another: then somebody between may have cut it, and its announced length with it.
    /// </summary>
    internal bool IsSureOf(long received) => LengthInTag() is { } tagged ? tagged == received : _hasEnd;

    /// <summary>Whether the entity tag says that so many bytes are all, whatever length somebody between has announced.</summary>
    internal bool Confirms(long received) => LengthInTag() == received;

    /// <summary>Whether the entity tag says that so many bytes are not all.</summary>
    internal bool Denies(long received) => LengthInTag() is { } tagged && tagged != received;

    /// <summary>The same file, of whose length nothing is known.</summary>
    internal FileVersion OfUnknownLength() => new(_tag, _modified, null, _hasEnd);

    private static EntityTagHeaderValue? StrongTag(HttpResponseMessage response)
        => response.Headers.ETag is { IsWeak: false } tag ? tag : null;

    private static DateTimeOffset? OldDate(HttpResponseMessage response)
        => response.Headers.Date is { } now && response.Content.Headers.LastModified is { } modified && now - modified >= OldEnough ? modified : null;

    // ComfyUI's tag is the file's time and length in hexadecimal: "18ea4ad778e5e6b0-1e0".
    private long? LengthInTag()
    {
        string[] parts = _tag is null ? [] : _tag.Tag.Trim('"').Split('-');
        return parts.Length == 2
            && parts[0].Length is >= 8 and <= LongestTime
            && ulong.TryParse(parts[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)
            && long.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long length)
            ? length
            : null;
    }
}
