using System.Management.Automation;

namespace ComfyUI.PowerShell;

/// <summary>Closes the sessions of a runspace when the module is removed from it.</summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => SessionTable.CloseAll();
}
