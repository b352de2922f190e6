using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace ComfyUI.TestServer;

/// <summary>A node class: what object_info says about it and what it does.</summary>
internal sealed class NodeType
{
    public required string Name { get; init; }

    /// <summary>Its entry in object_info.</summary>
    public required PyDict Info { get; init; }

    public required IReadOnlyList<InputSpec> Inputs { get; init; }

    public required PyList Outputs { get; init; }

    public required bool IsOutput { get; init; }

    public required NodeBehaviour Behaviour { get; init; }
}

/// <summary>What a node class does; the parts most nodes do not have are null.</summary>
internal sealed record NodeBehaviour(Func<NodeCall, ValueTask<NodeResult>> Run)
{
    /// <summary>Runs while other nodes run, like Python's async nodes.</summary>
    public bool IsAsync { get; init; }

    /// <summary>IS_CHANGED: a value that makes the node run again when it differs from the last one.</summary>
    public Func<ServerFiles, PyDict, object?>? Fingerprint { get; init; }

    /// <summary>VALIDATE_INPUTS: the constant inputs in, a complaint or null out.</summary>
    public Func<ServerFiles, PyDict, (string Input, string Complaint)?>? Validate { get; init; }

    /// <summary>The input whose list of choices the validator replaces.</summary>
    public string? ValidatedInput { get; init; }

    public static implicit operator NodeBehaviour(Func<NodeCall, NodeResult> run) => new(call => new ValueTask<NodeResult>(run(call)));
}

/// <summary>What a node gives back.</summary>
internal sealed record NodeResult(params object?[] Outputs)
{
    /// <summary>The part of the result users see: history's outputs and the executed frame.</summary>
    public PyDict? Ui { get; init; }

    /// <summary>A graph to run in the node's place; the outputs are then links into it.</summary>
    public PyDict? Expansion { get; init; }
}

/// <summary>Stands in for an output that must not be used; whoever takes it does not run.</summary>
internal sealed record ExecutionBlocker(string? Message);
