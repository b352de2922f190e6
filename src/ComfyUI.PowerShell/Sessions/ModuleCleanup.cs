using System.Management.Automation;

namespace ComfyUI.PowerShell;

/// <summary>Closes all sessions when the module is removed.</summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => SessionTable.CloseAll();
}
