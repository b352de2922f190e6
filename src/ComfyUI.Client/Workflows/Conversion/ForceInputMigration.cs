using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>
/// Interfaces before 1.16 saved a value for inputs with <c>forceInput</c> too. Such a file is recognised by its length
/// alone; the interface does the same.
/// </summary>
internal static class ForceInputMigration
{
    internal static OrderedWidgetValues Apply(JsonArray values, ComfyUINodeDefinition definition)
    {
        if (!HasForced(definition))
        {
            return new OrderedWidgetValues(values);
        }

        var drop = new List<bool>();
        foreach (ComfyUIInputDefinition input in definition.Inputs)
        {
            if (input.Section == ComfyUIInputSection.Hidden || (!input.ForceInput && !WidgetTypes.IsWidget(input)))
            {
                continue;
            }

            drop.Add(input.ForceInput);
            if (input.Flag("control_after_generate"))
            {
                drop.Add(false);
            }
        }

        if (drop.Count != values.Count)
        {
            return new OrderedWidgetValues(values);
        }

        var kept = new List<JsonNode?>(values.Count);
        var slots = new List<int>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            if (!drop[i])
            {
                kept.Add(values[i]);
                slots.Add(i);
            }
        }

        return new OrderedWidgetValues(kept, slots);
    }

    /// <summary>Whether a class has such inputs.</summary>
    internal static bool HasForced(ComfyUINodeDefinition definition)
    {
        IReadOnlyList<ComfyUIInputDefinition> inputs = definition.Inputs;
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i].ForceInput && inputs[i].Section != ComfyUIInputSection.Hidden)
            {
                return true;
            }
        }

        return false;
    }
}
