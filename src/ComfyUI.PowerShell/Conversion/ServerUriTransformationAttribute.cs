using System;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Takes a server's address as people write it: <c>localhost:8188</c> is http.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ServerUriTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return value is string text ? ConnectionSettings.ParseUri(text) : value;
        }
        catch (ComfyUIException e)
        {
            throw new ArgumentTransformationMetadataException($"{e.Message} {e.RecommendedAction}", e);
        }
    }
}
