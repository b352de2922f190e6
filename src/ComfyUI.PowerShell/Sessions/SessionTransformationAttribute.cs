using System;
using System.Management.Automation;
using ComfyUI.Client;

namespace ComfyUI.PowerShell;

/// <summary>Lets <c>-Session</c> take the name of a session in place of the session.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SessionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is not string name)
        {
            return value;
        }

        return SessionTable.Current.Find(name)
            ?? throw new ArgumentTransformationMetadataException($"There is no session named '{name}'. Get-ComfyUISession lists the sessions.");
    }
}
