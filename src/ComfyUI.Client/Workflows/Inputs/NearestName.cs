using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>Finds the name somebody probably meant.</summary>
internal static class NearestName
{
    // Work grows with the product of both lengths.
    private const int LongestName = 200;

    /// <summary>The candidate nearest to a name; null when none is near.</summary>
    internal static string? Find(string wanted, IEnumerable<string> candidates)
    {
        string? best = null;
        int bestDistance = int.MaxValue;
        string plain = Plain(wanted);
        if (plain.Length is 0 or > LongestName)
        {
            return null;
        }

        foreach (string candidate in candidates)
        {
            if (candidate.Length > LongestName)
            {
                continue;
            }

            int distance = Distance(plain, Plain(candidate), Math.Min(bestDistance, Limit(plain)));
            if (distance < bestDistance && distance <= Limit(plain))
            {
                best = candidate;
                bestDistance = distance;
            }
        }

        return best ?? FindPart(plain, candidates);
    }

    // A third of the letters may differ, as with 'euler_a' for 'euler_ancestral' they do not.
    private static int Limit(string name) => Math.Max(2, name.Length / 3);

    private static string? FindPart(string plain, IEnumerable<string> candidates)
    {
        string? shortest = null;
        foreach (string candidate in candidates)
        {
            string other = Plain(candidate);
            bool related = plain.Length >= 4 && other.IndexOf(plain, StringComparison.Ordinal) >= 0
                || other.Length >= 4 && plain.IndexOf(other, StringComparison.Ordinal) >= 0;
            if (related && (shortest is null || candidate.Length < shortest.Length))
            {
                shortest = candidate;
            }
        }

        return shortest;
    }

    // Models are known by file name; the folder, and which slash a server's system uses, is what people get wrong.
    private static string Plain(string name)
    {
        string unified = name.Trim().Replace('\\', '/').ToLowerInvariant();
        int slash = unified.LastIndexOf('/');
        return slash >= 0 && slash < unified.Length - 1 ? unified.Substring(slash + 1) : unified;
    }

    /// <summary>Letters to change, add or drop to make one of the other; more than <paramref name="limit"/> is as good as infinite.</summary>
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit)
        {
            return int.MaxValue;
        }

        int[] previous = new int[b.Length + 1];
        int[] current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            int least = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, 1 + Math.Min(previous[j], current[j - 1]));
                least = Math.Min(least, current[j]);
            }

            if (least > limit)
            {
                return int.MaxValue;
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
