using System.Collections.Generic;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the types that go between nodes, such as IMAGE and LATENT.</summary>
public sealed class NodeTypeCompleter : CatalogueCompleter
{
    private protected override void Collect(ComfyUINodeDefinition node, ISet<string> found)
    {
        foreach (ComfyUIInputDefinition input in node.Inputs)
        {
            if (input.Section != ComfyUIInputSection.Hidden)
            {
                Add(input.Type, found);
            }
        }

        foreach (ComfyUIOutputDefinition output in node.Outputs)
        {
            Add(output.Type, found);
        }
    }

    private static void Add(string type, ISet<string> found)
    {
        foreach (string one in type.Split(','))
        {
            found.Add(one.Trim());
        }
    }
}
