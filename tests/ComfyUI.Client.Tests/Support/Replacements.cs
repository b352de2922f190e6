namespace ComfyUI.Client.Tests;

/// <summary>What a server says of classes that others have taken the place of (<c>GET /node_replacements</c>).</summary>
internal static class Replacements
{
    /// <summary>OldImage, whose third output was the picture, is EmptyImage now.</summary>
    internal const string Rules = """
        { "OldImage": [{ "new_node_id": "EmptyImage", "old_node_id": "OldImage", "old_widget_ids": ["w", "h", "count", "tint"],
          "input_mapping": [{ "new_id": "width", "old_id": "w" }, { "new_id": "height", "old_id": "h" }, { "new_id": "batch_size", "set_value": 1 }, { "new_id": "color", "old_id": "tint" }],
          "output_mapping": [{ "new_idx": 0, "old_idx": 2 }] }] }
        """;
}
