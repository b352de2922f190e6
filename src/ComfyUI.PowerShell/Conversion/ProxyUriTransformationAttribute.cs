using System;
using System.Management.Automation;

namespace ComfyUI.PowerShell;

/// <summary>Takes a proxy's address as people write it: <c>proxy:3128</c> is http. What is no address is not repeated, for it may hold a password.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ProxyUriTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        Uri? uri = value as Uri;
        if (value is string text)
        {
            text = text.Trim();
            Uri.TryCreate(text.IndexOf("://", StringComparison.Ordinal) < 0 ? "http://" + text : text, UriKind.Absolute, out uri);
        }

        return value is null ? null
            : uri is { IsAbsoluteUri: true, Host.Length: > 0, Scheme: "http" or "https" or "socks4" or "socks4a" or "socks5" } ? uri
            : throw new ArgumentTransformationMetadataException("The address of the proxy is none. Give one such as http://proxy.example:3128.");
    }
}
