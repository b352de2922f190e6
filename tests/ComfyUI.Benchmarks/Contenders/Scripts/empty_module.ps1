# Makes a module of one assembly with one cmdlet that does nothing.
param([string] $Folder)
$ErrorActionPreference = 'Stop'
Add-Type -OutputAssembly (Join-Path $Folder 'EmptyModule.dll') -TypeDefinition @'
using System.Management.Automation;
[Cmdlet(VerbsCommon.Get, "Nothing")]
public class GetNothingCommand : Cmdlet { }
'@
New-ModuleManifest -Path (Join-Path $Folder 'EmptyModule.psd1') -RootModule EmptyModule.dll -CmdletsToExport Get-Nothing -FunctionsToExport @() -AliasesToExport @()
