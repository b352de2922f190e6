using System;
using System.Text.Json;

namespace ComfyUI.Client;

/// <summary>The types of sockets and which of them may be linked.</summary>
internal static class SlotType
{
    internal const string Any = "*";
    internal const string Combo = "COMBO";

    /// <summary>A type as files hold it: a name, a list of choices in old packs, or 0 and nothing for any.</summary>
    internal static string Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => Combo,
        JsonValueKind.String => JsonRead.Text(element) is { Length: > 0 } text ? text : Any,
        JsonValueKind.Number when JsonRead.TryGetInt(element, out int number) && number != 0 => JsonRead.Key(element)!,
        _ => Any,
    };

    /// <summary>Whether an output of one type may feed an input of the other: any, equal, or a shared member of a comma list; case does not count.</summary>
    internal static bool AreCompatible(string a, string b)
    {
        if (a == Any || b == Any || a.Equals(b, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (a.IndexOf(',', 0) < 0 && b.IndexOf(',', 0) < 0)
        {
            return false;
        }

        foreach (string left in a.Split(','))
        {
            foreach (string right in b.Split(','))
            {
                if (left == Any || right == Any || left.Equals(right, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
