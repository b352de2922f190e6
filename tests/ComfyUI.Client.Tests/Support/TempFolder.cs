using System;
using System.IO;

namespace ComfyUI.Client.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    internal TempFolder() => Directory.CreateDirectory(FullName);

    internal string FullName { get; } = Path.Combine(Path.GetTempPath(), "comfyui-tests-" + Guid.NewGuid().ToString("N"));

    internal string this[string name] => Path.Combine(FullName, name);

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
