using System.Collections.Generic;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Completes the categories of node classes.</summary>
public sealed class NodeCategoryCompleter : CatalogueCompleter
{
    private protected override void Collect(ComfyUINodeDefinition node, ISet<string> found)
    {
        if (node.Category.Length > 0)
        {
            found.Add(node.Category);
        }
    }
}
