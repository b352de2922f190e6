using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>
/// Lets <c>-Id</c> take jobs, outputs, and rows with an Id or PromptId, in place of ids. Left to PowerShell, some of them would become their
/// text: the status would be taken for a part of the id.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class JobIdTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        if (ObjectToJson.Unwrap(inputData) is not IList list)
        {
            return IdOf(inputData);
        }

        var ids = new List<object?>();
        foreach (object? item in list)
        {
            ids.Add(IdOf(item));
        }

        return ids.ToArray();
    }

    private static object? IdOf(object? item) => ObjectToJson.Unwrap(item) switch
    {
        null => null,
        string id => id,
        ComfyUIJob job => job.Id,
        ComfyUIOutput output => output.PromptId,
        _ when item is PSObject row && (row.Properties["Id"] ?? row.Properties["PromptId"])?.Value is { } id => ObjectToJson.Unwrap(id) as string ?? item,
        _ => item,
    };
}
