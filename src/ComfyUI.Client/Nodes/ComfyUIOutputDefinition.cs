namespace ComfyUI.Client;

/// <summary>One output of a node class.</summary>
public sealed class ComfyUIOutputDefinition
{
    internal ComfyUIOutputDefinition(string name, string type, bool isList, string? tooltip)
    {
        Name = name;
        Type = type;
        IsList = isList;
        Tooltip = tooltip;
    }

    /// <summary>The name shown on the node; the type when the class gives none.</summary>
    public string Name { get; }

    /// <summary>The type of the data, such as <c>IMAGE</c>; <c>COMBO</c> when the class lists choices instead.</summary>
    public string Type { get; }

    /// <summary>Whether the output is a list that makes the nodes after it run once an entry.</summary>
    public bool IsList { get; }

    /// <summary>An explanation for people; null when there is none.</summary>
    public string? Tooltip { get; }

    /// <inheritdoc/>
    public override string ToString() => Name == Type ? Type : Name + " (" + Type + ")";
}
