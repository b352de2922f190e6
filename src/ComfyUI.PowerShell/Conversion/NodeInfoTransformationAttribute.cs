using System;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Lets <c>-NodeInfo</c> take the path of a saved node catalogue.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NodeInfoTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = ObjectToJson.Unwrap(inputData);
        string? path = value as string ?? (value as System.IO.FileInfo)?.FullName;
        if (path is null)
        {
            return value;
        }

        try
        {
            return CatalogueFiles.Load(engineIntrinsics.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path));
        }
        catch (ComfyUIException e)
        {
            throw new ArgumentTransformationMetadataException($"{e.Message} {e.RecommendedAction}", e);
        }
    }
}
