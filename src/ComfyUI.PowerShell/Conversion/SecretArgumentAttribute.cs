using System;
using System.Management.Automation;

namespace ComfyUI.PowerShell;

/// <summary>
/// Takes an argument that holds a secret only as what it has to be. PowerShell's own message for anything else would repeat it, secret and all.
/// </summary>
/// <param name="type">What it has to be.</param>
/// <param name="advice">What to give instead.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretArgumentAttribute(Type type, string advice) : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is null || type.IsInstanceOfType(value) ? value : throw new ArgumentTransformationMetadataException(advice);
    }
}
