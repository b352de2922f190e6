using System;
using System.Collections.Generic;
using System.Text;

namespace ComfyUI.Client;

/// <summary>
/// Works out a prompt with alternatives, <c>{red|green|{light|dark} blue}</c>, as the browser does when it queues. Comments
/// (<c>/* */</c> and <c>//</c> to the end of the line, even in <c>http://</c>) go; <c>\{</c>, <c>\|</c> and <c>\}</c> are literal.
/// </summary>
internal static class DynamicPrompt
{
    // Deeper braces stay as they are; a person does not write them.
    private const int MaxDepth = 100;

    /// <summary>Whether anything in a text would be worked out.</summary>
    internal static bool IsDynamic(string text)
        => text.IndexOfAny(['{', '\\']) >= 0 || text.IndexOf("//", StringComparison.Ordinal) >= 0 || text.IndexOf("/*", StringComparison.Ordinal) >= 0;

    internal static string Expand(string text, Random random) => Expand(text, random, 0);

    private static string Expand(string text, Random random, int depth)
    {
        text = StripComments(text);
        if (depth >= MaxDepth || text.IndexOfAny(['{', '\\']) < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        int i = 0;
        while (i < text.Length)
        {
            char c = text[i++];
            if (c == '\\')
            {
                AppendEscape(result, text, ref i);
            }
            else if (c == '{')
            {
                IReadOnlyList<string> options = ReadOptions(text, ref i);
                result.Append(Expand(options[random.Next(options.Count)], random, depth + 1));
            }
            else
            {
                result.Append(c);
            }
        }

        return Unescape(result.ToString());
    }

    // An open brace without its end reaches to the end of the text.
    private static List<string> ReadOptions(string text, ref int i)
    {
        var options = new List<string>();
        var option = new StringBuilder();
        int nested = 0;
        while (i < text.Length)
        {
            char c = text[i++];
            if (c == '\\')
            {
                AppendEscape(option, text, ref i);
                continue;
            }

            if (c == '{')
            {
                nested++;
            }
            else if (c == '}')
            {
                if (nested == 0)
                {
                    break;
                }

                nested--;
            }
            else if (c == '|' && nested == 0)
            {
                options.Add(option.ToString());
                option.Clear();
                continue;
            }

            option.Append(c);
        }

        options.Add(option.ToString());
        return options;
    }

    private static void AppendEscape(StringBuilder target, string text, ref int i)
    {
        target.Append('\\');
        if (i < text.Length)
        {
            target.Append(text[i++]);
        }
    }

    private static string Unescape(string text)
    {
        if (text.IndexOf('\\', 0) < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 >= text.Length || text[i + 1] is not ('{' or '}' or '|'))
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }

    private static string StripComments(string text)
    {
        if (text.IndexOf('/', 0) < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        bool mayEndBlock = true;
        for (int i = 0; i < text.Length; i++)
        {
            char next = i + 1 < text.Length ? text[i + 1] : '\0';
            if (text[i] == '/' && next == '*' && mayEndBlock)
            {
                int end = text.IndexOf("*/", i + 2, StringComparison.Ordinal);
                if (end >= 0)
                {
                    i = end + 1;
                    continue;
                }

                // No later one ends either, so it is not looked for again.
                mayEndBlock = false;
            }
            else if (text[i] == '/' && next == '/')
            {
                while (i + 1 < text.Length && text[i + 1] is not ('\n' or '\r' or '\u2028' or '\u2029'))
                {
                    i++;
                }

                continue;
            }

            result.Append(text[i]);
        }

        return result.ToString();
    }
}
