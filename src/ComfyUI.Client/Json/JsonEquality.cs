using System.Collections.Generic;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Compares JSON by what it says: the order of members does not count, and 1 equals 1.0.</summary>
internal static class JsonEquality
{
    internal static bool AreEqual(JsonNode? a, JsonNode? b)
    {
        switch (a)
        {
            case null:
                return b is null;
            case JsonObject left:
                if (b is not JsonObject right || left.Count != right.Count)
                {
                    return false;
                }

                foreach (KeyValuePair<string, JsonNode?> member in left)
                {
                    if (!right.TryGetPropertyValue(member.Key, out JsonNode? other) || !AreEqual(member.Value, other))
                    {
                        return false;
                    }
                }

                return true;
            case JsonArray left:
                if (b is not JsonArray items || left.Count != items.Count)
                {
                    return false;
                }

                for (int i = 0; i < left.Count; i++)
                {
                    if (!AreEqual(left[i], items[i]))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return b is JsonValue && AreEqualValues(a, b);
        }
    }

    private static bool AreEqualValues(JsonNode a, JsonNode b)
    {
        string left = JsonText.Write(a);
        string right = JsonText.Write(b);
        return left == right
            || (JsonAccess.Number(a) is not null && JsonAccess.Number(b) is not null && SameNumber(left, right));
    }

    // Seeds have more digits than a double keeps.
    private static bool SameNumber(string left, string right)
        => decimal.TryParse(left, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal a)
            && decimal.TryParse(right, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal b)
            ? a == b
            : double.Parse(left, CultureInfo.InvariantCulture).Equals(double.Parse(right, CultureInfo.InvariantCulture));
}
