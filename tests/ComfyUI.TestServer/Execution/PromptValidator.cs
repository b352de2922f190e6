using System;
using System.Collections.Generic;
using System.Linq;

namespace ComfyUI.TestServer;

/// <summary>What validation found.</summary>
/// <param name="Error">The top-level error, or null when at least one output is good.</param>
/// <param name="Outputs">The good outputs.</param>
/// <param name="NodeErrors">Errors by node id; may be there even when the prompt runs.</param>
internal sealed record ValidationResult(PyDict? Error, IReadOnlyList<string> Outputs, PyDict NodeErrors);

/// <summary>Checks a prompt the way ComfyUI 0.3.64 does, quirks included; for a late server as 0.33 does. Constants are converted in place.</summary>
internal sealed class PromptValidator(NodeCatalogue catalogue, ServerFiles files, PyDict prompt, ServerGeneration generation)
{
    private readonly OrderedDictionary<string, NodeVerdict> memo = [];
    private readonly List<string> path = [];

    public ValidationResult Validate(object? targets)
    {
        var outputs = new List<string>();
        foreach (var (id, node) in prompt)
        {
            if (ClassOf(node, out var className) is not { } missing)
            {
                var type = className is string name ? catalogue.Find(name) : null;
                if (type is null)
                {
                    return generation == ServerGeneration.Late
                        ? RefuseClass(id, className, title => $"Node '{title ?? Py.Str(className)}' not found. The custom node may not be installed.")
                        : Refuse("invalid_prompt", $"Cannot execute because node {Py.Str(className)} does not exist.", $"Node ID '#{id}'");
                }

                if (type.IsOutput && Wanted(targets, id))
                {
                    outputs.Add(id);
                }
            }
            else
            {
                return generation == ServerGeneration.Late
                    ? RefuseClass(id, null, title => $"Node '{title ?? $"ID #{id}"}' has no class_type. The workflow may be corrupted or a custom node is missing.")
                    : Refuse("invalid_prompt", missing, $"Node ID '#{id}'");
            }
        }

        return outputs.Count == 0 ? Refuse("prompt_no_outputs", "Prompt has no outputs", "") : CheckOutputs(outputs);
    }

    /// <summary>An error object as the server builds them.</summary>
    public static PyDict Error(string type, string message, string details, PyDict? extra = null) => Py.Dict(
        ("type", type), ("message", message), ("details", details), ("extra_info", extra ?? []));

    private static ValidationResult Refuse(string type, string message, string details) =>
        new(Error(type, message, details), [], []);

    private ValidationResult RefuseClass(string id, object? className, Func<string?, string> message)
    {
        var title = ((prompt[id] as PyDict)?.GetValueOrDefault("_meta") as PyDict)?.GetValueOrDefault("title") as string;
        var extra = Py.Dict(("node_id", id), ("class_type", className), ("node_title", title ?? className));
        return new(Error("missing_node_type", message(title), $"Node ID '#{id}'", extra), [], []);
    }

    // 'class_type' in node: works on any object and on text; null and numbers raise, which is a 500.
    private static string? ClassOf(object? node, out object? className)
    {
        className = null;
        switch (node)
        {
            case PyDict map when map.TryGetValue("class_type", out className):
                return className is PyList or PyDict ? throw new PyException("TypeError", "unhashable type: 'list'") : null;
            case PyDict or PyList or string:
                return "Cannot execute because a node is missing the class_type property.";
            default:
                throw new PyException("TypeError", $"argument of type '{Py.TypeName(node)}' is not iterable");
        }
    }

    // Python's "in": a list by membership, a text by substring.
    private static bool Wanted(object? targets, string id) => targets switch
    {
        null => true,
        PyList list => list.Any(target => target as string == id),
        string text => text.Contains(id, StringComparison.Ordinal),
        PyDict map => map.ContainsKey(id),
        _ => throw new PyException("TypeError", $"argument of type '{Py.TypeName(targets)}' is not iterable"),
    };

    private ValidationResult CheckOutputs(List<string> outputs)
    {
        var good = new List<string>();
        var nodeErrors = new PyDict();
        var complaints = new List<string>();
        foreach (var output in outputs)
        {
            NodeVerdict verdict;
            try
            {
                verdict = Check(output);
            }
            catch (PyException problem)
            {
                verdict = memo[output] = new NodeVerdict(false, [Error(
                    "exception_during_validation",
                    "Exception when validating node",
                    problem.Message,
                    Py.Dict(("exception_type", problem.TypeName), ("traceback", ValidationTraceback(1010, "validate_prompt"))))]);
            }

            if (verdict.Valid)
            {
                good.Add(output);
                continue;
            }

            complaints.AddRange(verdict.Errors.Select(e => $"{e["message"]}: {e["details"]}"));
            foreach (var (id, other) in memo.Where(p => p.Value is { Valid: false, Errors.Count: > 0 }))
            {
                if (!nodeErrors.TryGetValue(id, out var entry))
                {
                    entry = nodeErrors[id] = Py.Dict(
                        ("errors", other.Errors), ("dependent_outputs", new PyList()), ("class_type", ((PyDict)prompt[id]!)["class_type"]));
                }

                ((PyList)((PyDict)entry!)["dependent_outputs"]!).Add(output);
            }
        }

        return good.Count > 0
            ? new ValidationResult(null, good, nodeErrors)
            : new ValidationResult(Error("prompt_outputs_failed_validation", "Prompt outputs failed validation", string.Join('\n', complaints)), [], nodeErrors);
    }

    private NodeVerdict Check(string id)
    {
        if (generation == ServerGeneration.Late && path.IndexOf(id) is >= 0 and var start)
        {
            NoteCycle([.. path[start..]]);
            return memo[id];
        }

        if (memo.TryGetValue(id, out var known))
        {
            return known;
        }

        path.Add(id);
        var verdict = CheckOnce(id);
        path.RemoveAt(path.Count - 1);
        return verdict;
    }

    private void NoteCycle(string[] ids)
    {
        var way = string.Join(" -> ", ids.Append(ids[0]).Select(id => $"{id} ({((PyDict)prompt[id]!)["class_type"]})"));
        foreach (var id in ids)
        {
            memo[id] = new NodeVerdict(false, [Error(
                "dependency_cycle", "Dependency cycle detected", way, Py.Dict(("node_id", id), ("cycle_nodes", new PyList(ids))))]);
        }
    }

    private NodeVerdict CheckOnce(string id)
    {
        // A cycle: Python runs into its recursion limit and unwinds without any error of its own to show.
        memo[id] = new NodeVerdict(false, []);
        var node = (PyDict)prompt[id]!;
        var inputs = InputsOf(node);
        var type = catalogue.Find((string)node["class_type"]!)!;
        var errors = new List<PyDict>();
        var valid = true;
        foreach (var input in catalogue.Inputs(type))
        {
            if (!inputs.TryGetValue(input.Name, out var value))
            {
                if (input.Required && type.Behaviour.ValidatedInput == input.Name)
                {
                    throw new PyException("TypeError", $"{type.Name}.VALIDATE_INPUTS() missing 1 required positional argument: '{input.Name}'");
                }

                if (input.Required)
                {
                    errors.Add(Error("required_input_missing", "Required input is missing", input.Name, Py.Dict(("input_name", input.Name))));
                }

                continue;
            }

            if (value is PyList link)
            {
                valid &= CheckLink(input, link, errors);
            }
            else
            {
                CheckConstant(type, input, inputs, value, errors);
            }
        }

        if (type.Behaviour.Validate?.Invoke(files, inputs) is { } complaint)
        {
            errors.Add(Error("custom_validation_failed", "Custom validation failed for node", $"{complaint.Input} - {complaint.Complaint}", Py.Dict(("input_name", complaint.Input))));
        }

        var noted = memo[id].Errors;
        return memo[id] = new NodeVerdict(valid && errors.Count == 0 && noted.Count == 0, [.. noted, .. errors]);
    }

    private static PyDict InputsOf(PyDict node)
    {
        if (!node.TryGetValue("inputs", out var inputs))
        {
            throw new PyException("KeyError", "'inputs'");
        }

        return inputs switch
        {
            PyDict map => map,
            PyList => [],
            _ => throw new PyException("TypeError", $"argument of type '{Py.TypeName(inputs)}' is not iterable"),
        };
    }

    private bool CheckLink(InputSpec input, PyList link, List<PyDict> errors)
    {
        if (link.Count != 2)
        {
            errors.Add(Error(
                "bad_linked_input",
                "Bad linked input, must be a length-2 list of [node_id, slot_index]",
                input.Name,
                Py.Dict(("input_name", input.Name), ("input_config", input.Config), ("received_value", link))));
            return true;
        }

        if (link[0] is not string source || !prompt.ContainsKey(source))
        {
            throw new PyException("KeyError", Py.Repr(link[0]));
        }

        var received = OutputType(source, link[1]);
        if (!input.Accepts(received))
        {
            errors.Add(Error(
                "return_type_mismatch",
                "Return type mismatch between linked nodes",
                $"{input.Name}, received_type({Py.Str(received)}) mismatch input_type({Py.Str(input.Type)})",
                Py.Dict(("input_name", input.Name), ("input_config", input.Config), ("received_type", received), ("linked_node", link))));
            return true;
        }

        try
        {
            return Check(source).Valid;
        }
        catch (PyException problem)
        {
            memo[source] = new NodeVerdict(false, [Error(
                "exception_during_inner_validation",
                "Exception when validating inner node",
                problem.Message,
                Py.Dict(
                    ("input_name", input.Name),
                    ("input_config", input.Config),
                    ("exception_message", problem.Message),
                    ("exception_type", problem.TypeName),
                    ("traceback", ValidationTraceback(808, "validate_inputs")),
                    ("linked_node", link)))]);
            return false;
        }
    }

    private object? OutputType(string source, object? slot)
    {
        var outputs = catalogue.Find((string)((PyDict)prompt[source]!)["class_type"]!)!.Outputs;
        var index = slot switch
        {
            bool flag => flag ? 1 : 0,
            long number => number < 0 ? number + outputs.Count : number,
            _ => throw new PyException("TypeError", $"tuple indices must be integers or slices, not {Py.TypeName(slot)}"),
        };
        return index >= 0 && index < outputs.Count ? outputs[(int)index] : throw new PyException("IndexError", "tuple index out of range");
    }

    private static void CheckConstant(NodeType type, InputSpec input, PyDict inputs, object? value, List<PyDict> errors)
    {
        if (value is PyDict wrapper && wrapper.TryGetValue("__value__", out var inner))
        {
            value = inputs[input.Name] = inner;
        }

        try
        {
            value = inputs[input.Name] = input.TypeName switch
            {
                "INT" => Py.Int(value),
                "FLOAT" => Py.Float(value),
                "STRING" => Py.Str(value),
                "BOOLEAN" => Py.Truth(value),
                _ => value,
            };
        }
        catch (PyException problem)
        {
            errors.Add(Error(
                "invalid_input_type",
                $"Failed to convert an input value to a {input.TypeName} value",
                $"{input.Name}, {Py.Str(value)}, {problem.Message}",
                Py.Dict(("input_name", input.Name), ("input_config", input.Config), ("received_value", value), ("exception_message", problem.Message))));
            return;
        }

        if (type.Behaviour.ValidatedInput == input.Name)
        {
            return;
        }

        var extra = Py.Dict(("input_name", input.Name), ("input_config", input.Config), ("received_value", value));
        if (input.Options.GetValueOrDefault("min") is { } min && Py.IsNumber(value) && Py.Compare(value, min) < 0)
        {
            errors.Add(Error("value_smaller_than_min", $"Value {Py.Str(value)} smaller than min of {Py.Str(min)}", input.Name, extra));
        }
        else if (input.Options.GetValueOrDefault("max") is { } max && Py.IsNumber(value) && Py.Compare(value, max) > 0)
        {
            errors.Add(Error("value_bigger_than_max", $"Value {Py.Str(value)} bigger than max of {Py.Str(max)}", input.Name, extra));
        }
        else if (input.Choices is { } choices && !choices.Exists(choice => Py.Same(choice, value)))
        {
            var many = choices.Count > 20;
            extra["input_config"] = many ? null : input.Config;
            errors.Add(Error(
                "value_not_in_list",
                "Value not in list",
                $"{input.Name}: '{Py.Str(value)}' not in {(many ? $"(list of length {choices.Count})" : Py.Repr(choices))}",
                extra));
        }
    }

    private static PyList ValidationTraceback(int line, string function) =>
    [
        Traceback.Frame("/srv/ComfyUI/execution.py", line, function, "await validate_inputs(prompt_id, prompt, o_id, validated)"),
        Traceback.Frame("/srv/ComfyUI/execution.py", 788, "validate_inputs", "o_class_type = prompt[o_id]['class_type']"),
    ];

    private sealed record NodeVerdict(bool Valid, List<PyDict> Errors);
}
