using System;
using System.Linq;

namespace ComfyUI.TestServer;

/// <summary>One declared input of a node class, as object_info shows it.</summary>
internal sealed record InputSpec(string Name, bool Required, object? Type, PyDict Options)
{
    /// <summary>The pair an error shows as <c>input_config</c>.</summary>
    public PyList Config => [Type, Options];

    /// <summary>The type's name; a list of choices has none.</summary>
    public string? TypeName => Type as string;

    /// <summary>The choices of an old-style combo.</summary>
    public PyList? Choices => Type as PyList;

    /// <summary>Whether a link of the given type fits: equal, any, or a common member of two comma lists.</summary>
    public bool Accepts(object? received)
    {
        if (received is not string give || TypeName is not { } take)
        {
            return received is PyList && Choices is not null && Py.Same(received, Choices);
        }

        return give == take || give == "*" || take == "*"
            || give.Split(',', StringSplitOptions.TrimEntries).Intersect(take.Split(',', StringSplitOptions.TrimEntries)).Any();
    }
}
