namespace ComfyUI.Client;

/// <summary>Which input of a bypassed node its output passes on.</summary>
internal static class BypassRule
{
    /// <summary>The index of the input; -1 when none fits.</summary>
    /// <param name="node">The bypassed node.</param>
    /// <param name="slot">The index of its output.</param>
    /// <param name="wanted">The type of the input at the far end of the link.</param>
    internal static int FindInput(NodeInstance node, int slot, string wanted)
    {
        if (wanted == SlotType.Any)
        {
            return node.Inputs.Count == 0 ? -1 : slot >= 0 && slot < node.Inputs.Count ? slot : 0;
        }

        string output = node.OutputType(slot);
        if (slot >= 0 && slot < node.Inputs.Count && Fits(node.Inputs[slot].Type, output, wanted))
        {
            return slot;
        }

        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i].Type == wanted)
            {
                return i;
            }
        }

        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (Fits(node.Inputs[i].Type, output, wanted))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool Fits(string input, string output, string wanted)
        => SlotType.AreCompatible(input, output) && SlotType.AreCompatible(input, wanted);
}
