using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text.Json.Nodes;

namespace ComfyUI.Client;

/// <summary>Checks one node of a prompt against its class as the server does, and notes the nodes it depends on.</summary>
/// <remarks>The server's steps are in <c>execution.py</c>, <c>validate_inputs</c>.</remarks>
internal sealed class NodeCheck(string id, JsonObject prompt, ComfyUINodeDefinition definition, ComfyUINodeCatalogue catalogue)
{
    // The server shows longer lists by their length only.
    private const int LongestListShown = 20;

    private readonly JsonObject _inputs = ((JsonObject)prompt[id]!).Object("inputs") ?? [];
    private readonly List<ComfyUIWorkflowProblem> _problems = [];

    /// <summary>The nodes whose outputs this one uses, through links whose types fit.</summary>
    internal List<string> Sources { get; } = [];

    internal IReadOnlyList<ComfyUIWorkflowProblem> Run()
    {
        ComfyUIWorkflowProblem? raised = null;
        foreach (PromptInputDefinition input in PromptInputDefinitions.For(definition, _inputs))
        {
            if (!_inputs.TryGetPropertyValue(input.Name, out JsonNode? value))
            {
                if (input.IsRequired)
                {
                    // For dynamic inputs the server gives the last part of the name.
                    string last = input.Name.Substring(input.Name.LastIndexOf('.') + 1);
                    Add(input.Name, "required_input_missing", "Required input is missing", last);
                }
            }
            else if (value is JsonArray link)
            {
                raised ??= CheckLink(input, link);
            }
            else
            {
                CheckConstant(input, value is JsonObject wrapped && wrapped.TryGetPropertyValue("__value__", out JsonNode? inner) ? inner : value);
            }
        }

        // What the server's check trips over replaces all else it has found at this node.
        return raised is null ? _problems : [raised];
    }

    private ComfyUIWorkflowProblem? CheckLink(PromptInputDefinition input, JsonArray link)
    {
        if (link.Count != 2)
        {
            Add(input.Name, "bad_linked_input", "Bad linked input, must be a length-2 list of [node_id, slot_index]", input.Name);
            return null;
        }

        if (JsonRead.Text(link[0]) is not { } source || prompt[source] is not JsonObject origin)
        {
            return Raised(input.Name, PythonValue.Repr(link[0]), $"There is no node {PythonValue.Str(link[0])}; link the input to another.");
        }

        if (catalogue.Find(origin.Text("class_type") ?? string.Empty) is not { } sourceClass)
        {
            Sources.Add(source);
            return null;
        }

        string slotText = JsonText.Write(link[1]);
        if (!int.TryParse(slotText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int slot))
        {
            return Raised(input.Name, $"tuple indices must be integers or slices, not {PythonValue.TypeName(link[1])}", "Give the index of the output as a whole number.");
        }

        int count = sourceClass.Outputs.Count;
        slot += slot < 0 ? count : 0;
        if (slot < 0 || slot >= count)
        {
            return Raised(input.Name, "tuple index out of range", $"Node {source} ({sourceClass.Name}) has {JsonAccess.Invariant(count)} outputs; the first is 0.");
        }

        string received = sourceClass.Outputs[slot].Type;
        if (!PromptTypes.Match(received, input.Definition.Type))
        {
            Add(
                input.Name,
                "return_type_mismatch",
                "Return type mismatch between linked nodes",
                $"{input.Name}, received_type({received}) mismatch input_type({input.Definition.Type})",
                FittingOutput(source, sourceClass, input.Definition.Type));
            return null;
        }

        Sources.Add(source);
        return null;
    }

    private void CheckConstant(PromptInputDefinition input, JsonNode? value)
    {
        ComfyUIInputDefinition wanted = input.Definition;
        string error = string.Empty;
        BigInteger? whole = wanted.Type == "INT" ? PythonValue.Int(value, out error) : null;
        double? real = wanted.Type == "FLOAT" ? PythonValue.Float(value, out error) : null;
        if ((wanted.Type == "INT" && whole is null) || (wanted.Type == "FLOAT" && real is null))
        {
            Add(
                input.Name,
                WorkflowValidator.WrongType,
                $"Failed to convert an input value to a {wanted.Type} value",
                $"{input.Name}, {PythonValue.Str(value)}, {error}");
            return;
        }

        string shown = whole?.ToString(CultureInfo.InvariantCulture) ?? (real is { } number ? JsonNumber.Literal(number) : string.Empty);
        if (wanted.Minimum is { } min && (whole < new BigInteger(min) || real < (double)min))
        {
            Add(input.Name, WorkflowValidator.TooSmall, $"Value {shown} smaller than min of {Limit(wanted, "min")}", input.Name);
        }
        else if (wanted.Maximum is { } max && (whole > new BigInteger(max) || real > (double)max))
        {
            Add(input.Name, WorkflowValidator.TooLarge, $"Value {shown} bigger than max of {Limit(wanted, "max")}", input.Name);
        }
        else if (wanted.Type == SlotType.Combo)
        {
            CheckChoice(input, value);
        }
        else if (wanted.Type is not ("INT" or "FLOAT" or "STRING" or "BOOLEAN") && !WidgetTypes.IsWidget(wanted) && wanted.Type != SlotType.Any)
        {
            // The server lets this pass, and the node fails when it runs.
            Add(input.Name, "value_for_link", $"The input takes a link to an output of type {wanted.Type}", $"{input.Name}, {PythonValue.Str(value)}", null, ComfyUIProblemSeverity.Warning);
        }
    }

    private void CheckChoice(PromptInputDefinition input, JsonNode? value)
    {
        ComfyUIInputDefinition wanted = input.Definition;
        bool isOption = wanted.Options.TryGetProperty("options", out _);
        JsonNode?[] bad = [.. (wanted.IsMultiSelect && value is JsonArray many ? many.AsEnumerable() : [value])
            .Where(item => !wanted.Choices.Any(choice => PythonValue.AreEqual(item, choice)))];
        if (bad.Length == 0 || wanted.RemoteRoute is not null || wanted.Options.TryGetProperty("remote_combo", out _))
        {
            return;
        }

        string values = isOption ? string.Join(", ", bad.Select(PythonValue.Repr)) : "'" + PythonValue.Str(value) + "'";
        string list = wanted.Choices.Count > LongestListShown
            ? $"(list of length {JsonAccess.Invariant(wanted.Choices.Count)})"
            : "[" + string.Join(", ", wanted.Choices.Select(PythonValue.Repr)) + "]";
        bool mayPass = !InputValues.ChoicesAreClosed(wanted) || (isOption && !definition.IsOf2026);
        Add(
            input.Name,
            WorkflowValidator.MissingChoice,
            "Value not in list",
            $"{input.Name}: {values} not in {list}",
            SuggestChoice(bad[0], wanted),
            mayPass ? ComfyUIProblemSeverity.Warning : ComfyUIProblemSeverity.Error);
    }

    private static string? SuggestChoice(JsonNode? value, ComfyUIInputDefinition wanted)
        => InputValues.NearestChoice(value, wanted) is { } nearest ? $"Did you mean '{nearest}'?"
            : wanted.UploadKind is not null ? "Upload the file with Send-ComfyUIFile, if the server does not have it."
            : wanted.Choices.Count == 0 ? "The server has nothing to choose from: the model is missing."
            : null;

    private static string? FittingOutput(string source, ComfyUINodeDefinition sourceClass, string wanted)
    {
        for (int i = 0; i < sourceClass.Outputs.Count; i++)
        {
            if (PromptTypes.Match(sourceClass.Outputs[i].Type, wanted))
            {
                return $"Output {JsonAccess.Invariant(i)} of node {source} gives {wanted}.";
            }
        }

        return null;
    }

    private static string Limit(ComfyUIInputDefinition input, string option) => input.Options.GetProperty(option).GetRawText();

    // The server's type depends on whether it came to the node as one to run for or as one that such a node needs.
    private ComfyUIWorkflowProblem Raised(string input, string details, string suggestion) => new()
    {
        NodeId = id,
        ClassType = definition.Name,
        Input = input,
        Type = definition.IsOutputNode ? "exception_during_validation" : "exception_during_inner_validation",
        Message = definition.IsOutputNode ? "Exception when validating node" : "Exception when validating inner node",
        Details = details,
        Suggestion = suggestion,
    };

    private void Add(
        string input, string type, string message, string details, string? suggestion = null, ComfyUIProblemSeverity severity = ComfyUIProblemSeverity.Error)
        => _problems.Add(new ComfyUIWorkflowProblem
        {
            NodeId = id,
            ClassType = definition.Name,
            Input = input,
            Type = type,
            Severity = severity,
            Message = message,
            Details = details,
            Suggestion = suggestion,
        });
}
