using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Writes values into nodes of a UI document.</summary>
internal static class UIValues
{
    // What the interface shows for a new seed; the slot is never sent.
    private const string DefaultControl = "randomize";

    /// <param name="place">Where the value goes.</param>
    /// <param name="value">The value. It is copied.</param>
    /// <param name="owner">The node as it is laid out; it says what belongs into the slots before, when the list is too short.</param>
    internal static void Write(WidgetPlace place, JsonNode? value, NodeInstance? owner)
    {
        JsonObject node = place.Node.Json!;
        var named = node["widgets_values_named"] as JsonObject;
        if (place.Quarantined is { } quarantined)
        {
            quarantined["hostValue"] = JsonText.Clone(value);
        }

        if (place.Slot < 0)
        {
            JsonObject target = node["widgets_values"] as JsonObject ?? named ?? [];
            target[place.Name] = JsonText.Clone(value);
            if (target.Parent is null)
            {
                node["widgets_values"] = target;
            }

            return;
        }

        if (node["widgets_values"] is not JsonArray values)
        {
            node["widgets_values"] = values = [];
        }

        while (values.Count <= place.Slot)
        {
            values.Add(owner is null ? null : ValueBefore(owner, values.Count));
        }

        values[place.Slot] = JsonText.Clone(value);
        if (named is not null)
        {
            named[place.Name] = JsonText.Clone(value);
        }
    }

    private static JsonNode? ValueBefore(NodeInstance owner, int slot)
    {
        foreach (Widget widget in owner.Widgets)
        {
            if (widget.Place is { } place && ReferenceEquals(place.Node, owner.Node))
            {
                if (place.Slot == slot)
                {
                    return JsonText.Clone(widget.Value);
                }

                if (place.Slot == slot - 1 && widget.Definition is { WidgetType: "INT" } number && WidgetTypes.ExtraSlots(number, widget.Name) > 0)
                {
                    return JsonValue.Create(DefaultControl);
                }
            }
        }

        // A host's slot without a value of its own is null: what is inside counts.
        return null;
    }
}
