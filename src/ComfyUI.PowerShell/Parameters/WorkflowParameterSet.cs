using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>The dynamic parameters that a workflow gives a cmdlet, and what the user gave for them.</summary>
internal sealed class WorkflowParameterSet
{
    private IReadOnlyList<WorkflowParameter> _parameters;

    internal WorkflowParameterSet(IReadOnlyList<WorkflowParameter> parameters)
    {
        _parameters = parameters;
        foreach (WorkflowParameter parameter in parameters)
        {
            Dictionary.Add(parameter.Name, Create(parameter));
        }
    }

    /// <summary>What PowerShell binds.</summary>
    internal RuntimeDefinedParameterDictionary Dictionary { get; } = [];

    /// <summary>Goes by the choices and limits that are known now. The parameters stay the ones that were bound.</summary>
    internal void Renew(IReadOnlyList<ComfyUIWorkflowInput> inputs) => _parameters = [.. _parameters.Select(parameter => parameter.Renewed(inputs))];

    /// <summary>What was given for the current record.</summary>
    /// <param name="resolvePath">Makes a path of the file system of what the user wrote.</param>
    /// <param name="row">The record's number, from 1; null when it is not one of several.</param>
    /// <exception cref="ComfyUIValidationException">A value does not fit its input; the node error has the server's type for that.</exception>
    internal IEnumerable<RunValue> Values(Func<string, string> resolvePath, int? row)
    {
        foreach (WorkflowParameter parameter in _parameters)
        {
            RuntimeDefinedParameter bound = Dictionary[parameter.Name];
            object? value = bound.IsSet ? ObjectToJson.Unwrap(bound.Value) : null;

            // An empty cell, or a row without the column, leaves the workflow's own value. Who writes an empty text means it.
            if (value is null || (value is "" && row is not null))
            {
                continue;
            }

            foreach (ComfyUIWorkflowInput input in parameter.Inputs)
            {
                yield return Read(parameter, input, value, resolvePath, row);
            }
        }
    }

    private static RunValue Read(WorkflowParameter parameter, ComfyUIWorkflowInput input, object value, Func<string, string> resolvePath, int? row)
    {
        if (parameter.TakesFile && LocalFile(value, resolvePath) is { } file)
        {
            return new RunValue(input.Key, null, file);
        }

        string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
        JsonNode? json = InputValue.Read(input, text, out InputMisfit? misfit);
        if (misfit is null)
        {
            return new RunValue(input.Key, json, null);
        }

        string where = row is { } number ? string.Format(CultureInfo.InvariantCulture, "Row {0}, {1}", number, parameter.Name) : "-" + parameter.Name;
        throw new ComfyUIValidationException(
            ComfyUIErrorId.UnknownWorkflowInput,
            $"{where}: '{Redaction.ServerLine(text, 80)}' does not fit {input.Key} ({input.Type}): {misfit.Reason}.")
        {
            RecommendedAction = "Correct the value; an empty one leaves what the workflow has.",
            NodeErrors = [new ComfyUINodeError { NodeId = input.NodeId, ClassType = input.ClassType, Type = misfit.Type, Message = misfit.Reason, InputName = input.Name }],
        };
    }

    private static string? LocalFile(object value, Func<string, string> resolvePath)
    {
        if (value is FileInfo file)
        {
            return file.FullName;
        }

        string? path = value is string text ? resolvePath(text) : null;
        return File.Exists(path) ? path : null;
    }

    private static RuntimeDefinedParameter Create(WorkflowParameter parameter)
    {
        ComfyUIWorkflowInput input = parameter.First;
        string help = input.Tooltip ?? $"{input.NodeTitle}: {input.DisplayName}";
        var attributes = new Collection<Attribute>
        {
            new ParameterAttribute { ValueFromPipelineByPropertyName = true, HelpMessage = Redaction.ServerLine(help, 200) },
            new AllowNullAttribute(),
            new AllowEmptyStringAttribute(),
            new ArgumentCompleterAttribute(typeof(WorkflowParameterCompleter)),
        };

        // Not the input's own type: PowerShell would make 0 of an empty cell, and drop a wrong one without a word.
        return new RuntimeDefinedParameter(parameter.Name, typeof(object), attributes);
    }
}
