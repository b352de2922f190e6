using System;
using System.Net;
using System.Text;
using System.Threading.Tasks;

namespace ComfyUI.Client;

/// <summary>
/// SVG: SaveSVGNode puts one JSON object into a CDATA section in a <c>metadata</c> element. It does not escape <c>]]&gt;</c> in texts, so
/// that such files are not well-formed and no XML parser reads them; this reads them with a warning.
/// </summary>
internal sealed class SvgFormat : MediaFormat
{
    private const string SectionStart = "<![CDATA[";
    private const string SectionEnd = "]]>";
    private const string ElementStart = "<metadata";
    private const string ElementEnd = "</metadata>";
    private const int MaxElements = 16;

    internal override string Name => "SVG";

    internal override string LookedFor => "a metadata element with 'prompt' or 'workflow' in JSON";

    internal override bool Matches(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\uFEFF"u8))
        {
            head = head.Slice(3);
        }

        int start = head.IndexOf((byte)'<');
        if (start < 0 || !IsBlank(head.Slice(0, start)))
        {
            return false;
        }

        head = head.Slice(start);
        bool xml = head.StartsWith("<?xml"u8) || head.StartsWith("<!--"u8) || head.StartsWith("<!DOCTYPE svg"u8);
        return head.StartsWith("<svg"u8) || (xml && head.IndexOf("<svg"u8) > 0);
    }

    internal override async Task ReadAsync(MediaReader reader, EmbeddedTexts texts)
    {
        // ComfyUI writes the element right after the opening tag, so the beginning of a huge drawing is enough.
        string svg = MediaText.Decode(await reader.ReadUpToAsync(0, MediaReader.MaxValueBytes).ConfigureAwait(false));
        int position = 0;
        for (int i = 0; i < MaxElements && !texts.HasAny; i++)
        {
            int element = svg.IndexOf(ElementStart, position, StringComparison.Ordinal);
            int content = element < 0 ? -1 : svg.IndexOf('>', element) + 1;
            if (content <= 0)
            {
                break;
            }

            position = content;
            string? text = ReadContent(svg, ref position) ?? throw MediaErrors.EndsEarly("the end of its metadata");
            if (EmbeddedJson.TryParseObject(text) is { } graphs)
            {
                texts.OfferMembers(graphs);
            }
            else if (text.TrimStart().StartsWith("{", StringComparison.Ordinal))
            {
                Recover(svg, content, texts);
            }
        }

        if (!texts.HasAny && reader.Length <= MediaReader.MaxValueBytes && svg.IndexOf("</svg>", StringComparison.Ordinal) < 0)
        {
            throw MediaErrors.EndsEarly("its closing tag, </svg>");
        }
    }

    // A generator may split a section, to write "]]>" in text or for its length: sections in a row are one text.
    private static string? ReadContent(string svg, ref int position)
    {
        var text = new StringBuilder();
        while (true)
        {
            int tag = svg.IndexOf('<', position);
            if (tag < 0)
            {
                return null;
            }

            text.Append(WebUtility.HtmlDecode(svg.Substring(position, tag - position)));
            if (string.CompareOrdinal(svg, tag, SectionStart, 0, SectionStart.Length) != 0)
            {
                position = tag;
                return text.ToString();
            }

            int start = tag + SectionStart.Length;
            int end = svg.IndexOf(SectionEnd, start, StringComparison.Ordinal);
            if (end < 0)
            {
                return null;
            }

            text.Append(svg, start, end - start);
            position = end + SectionEnd.Length;
        }
    }

    private static void Recover(string svg, int content, EmbeddedTexts texts)
    {
        int start = svg.IndexOf(SectionStart, content, StringComparison.Ordinal);
        int close = svg.LastIndexOf(ElementEnd, StringComparison.Ordinal);
        int end = start < 0 || close < start ? -1 : svg.LastIndexOf(SectionEnd, close, close - start, StringComparison.Ordinal);
        int text = start + SectionStart.Length;
        texts.OfferMembers(end > text ? EmbeddedJson.TryParseObject(svg.Substring(text, end - text)) : null);
        texts.Fail(texts.HasAny
            ? MediaErrors.Invalid("a text in its metadata holds ']]>', which ends a section; the rest was read all the same")
            : new ComfyUIValidationException(ComfyUIErrorId.InvalidWorkflow, "The text in its metadata begins like JSON, but is not."));
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return false;
            }
        }

        return true;
    }
}
