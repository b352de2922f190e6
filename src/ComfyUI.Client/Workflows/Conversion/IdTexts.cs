using System;
using System.Text.Json;

namespace ComfyUI.Client;

/// <summary>Reads ids, which files hold as number or text. A graph names each of them several times, so that small numbers are made into text once.</summary>
internal sealed class IdTexts
{
    private const int Most = 1 << 16;

    private string?[] _texts = [];

    /// <summary>The id as text; null when it is none.</summary>
    internal string? Read(JsonElement element)
    {
        if (!JsonRead.TryGetInt(element, out int number) || number < 0 || number >= Most)
        {
            return JsonRead.Key(element);
        }

        if (number >= _texts.Length)
        {
            Array.Resize(ref _texts, Math.Min(Most, Math.Max(number + 1, Math.Max(256, 2 * _texts.Length))));
        }

        return _texts[number] ??= JsonAccess.Invariant(number);
    }
}
