using System;
using System.Globalization;
using System.Text;

namespace ComfyUI.Client;

/// <summary>Writes a date in the pattern of <c>%date:yyyy-MM-dd%</c>: y, M, d, h (24 hours), m and s, one letter or two; two or four for years.</summary>
internal static class DatePattern
{
    internal static string Format(string pattern, DateTimeOffset now)
    {
        var result = new StringBuilder(pattern.Length + 8);
        for (int i = 0; i < pattern.Length;)
        {
            char letter = pattern[i];
            int longest = letter == 'y' ? 4 : letter is 'd' or 'M' or 'h' or 'm' or 's' ? 2 : 1;
            int length = 1;
            while (length < longest && i + length < pattern.Length && pattern[i + length] == letter)
            {
                length++;
            }

            result.Append(Part(pattern.Substring(i, length), now));
            i += length;
        }

        return result.ToString();
    }

    private static string Part(string token, DateTimeOffset now)
    {
        int? number = token[0] switch
        {
            'd' => now.Day,
            'M' => now.Month,
            'h' => now.Hour,
            'm' => now.Minute,
            's' => now.Second,
            _ => null,
        };
        return token switch
        {
            "yyyy" => now.Year.ToString(CultureInfo.InvariantCulture),
            "yy" => now.Year.ToString(CultureInfo.InvariantCulture).Substring(2),
            _ when number is { } value => value.ToString(CultureInfo.InvariantCulture).PadLeft(token.Length, '0'),
            _ => token,
        };
    }
}
