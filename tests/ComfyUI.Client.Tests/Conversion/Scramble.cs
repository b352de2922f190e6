using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace ComfyUI.Client.Tests;

/// <summary>Breaks a document at random places: values of the wrong kind, swapped ids, things missing.</summary>
internal static class Scramble
{
    internal static void Change(JsonObject document, Random random, int changes)
    {
        for (int i = 0; i < changes; i++)
        {
            JsonNode? current = document;
            int depth = random.Next(3, 10);
            for (int level = 0; current is not null; level++)
            {
                if (current is JsonObject { Count: > 0 } map)
                {
                    string key = map.ElementAt(random.Next(map.Count)).Key;
                    if (level >= depth || map[key] is null or JsonValue)
                    {
                        map[key] = Garbage(random);
                        break;
                    }

                    current = map[key];
                }
                else if (current is JsonArray { Count: > 0 } list)
                {
                    int index = random.Next(list.Count);
                    if (level >= depth || list[index] is null or JsonValue)
                    {
                        list[index] = Garbage(random);
                        break;
                    }

                    current = list[index];
                }
                else
                {
                    break;
                }
            }
        }
    }

    private static JsonNode? Garbage(Random random) => random.Next(12) switch
    {
        0 => null,
        1 => JsonNumber.FromLiteral("-1"),
        2 => JsonNumber.FromLiteral("1e300"),
        3 => JsonValue.Create("-10"),
        4 => JsonValue.Create(true),
        5 => new JsonObject(),
        6 => new JsonArray(),
        7 => new JsonArray(JsonNumber.FromLiteral("1"), null, JsonValue.Create("x")),
        8 => JsonNumber.FromLiteral(random.Next(40).ToString(System.Globalization.CultureInfo.InvariantCulture)),
        9 => JsonValue.Create("Reroute"),
        10 => JsonNumber.FromLiteral(random.Next(2) == 0 ? "2" : "4"),
        _ => JsonValue.Create("%date:%{a|"),
    };
}
