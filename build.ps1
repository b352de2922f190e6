#!/usr/bin/env pwsh
<#
.SYNOPSIS
Builds, tests, shows and packages the ComfyUI module.
.DESCRIPTION
The door for PowerShell users; all but Package is a dotnet command that works without PowerShell, too.
.EXAMPLE
./build.ps1 -Task Build
Builds the solution and fills bin, so that Import-Module ./ComfyUI.psd1 works.
.EXAMPLE
./build.ps1 -Task Package
Makes the module's folder and its .nupkg in output, from a Release build.
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Demo', 'Package')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug',

    # Where Package puts its results.
    [string] $OutputPath = (Join-Path $PSScriptRoot 'output')
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

function Invoke-DotNet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) { throw "dotnet $($args[0]) failed with exit code $LASTEXITCODE." }
}

function Get-BuildProperty([string] $Name) {
    (& dotnet msbuild (Join-Path $PSScriptRoot 'src/ComfyUI.PowerShell/ComfyUI.PowerShell.csproj') "-getProperty:$Name" '-p:TargetFramework=net8.0').Trim()
}

# The newest section of the change log, without its heading.
function Get-ReleaseNotes {
    $lines = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'CHANGELOG.md')
    $sections = @($lines | Select-String -Pattern '^## ' | ForEach-Object LineNumber)
    $end = if ($sections.Count -gt 1) { $sections[1] - 2 } else { $lines.Count - 1 }
    ($lines[$sections[0]..$end] -join "`n").Trim()
}

# The manifest as it ships: what lies in src in the repository lies in bin in the package, and what only a release knows is added.
function Get-PackagedManifest([string] $ReleaseNotes, [System.Collections.IDictionary] $Links) {
    $text = [System.IO.File]::ReadAllText((Join-Path $PSScriptRoot 'ComfyUI.psd1')).Replace('src/ComfyUI.PowerShell/Module/', 'bin/')
    $quote = { "'" + $args[0].Replace("'", "''") + "'" }
    $added = "            ReleaseNotes = $(& $quote $ReleaseNotes)`n"
    foreach ($name in 'ProjectUri', 'LicenseUri') {
        if ($Links[$name]) { $added += "            $name = $(& $quote $Links[$name])`n" }
    }
    $text = $text.Insert($text.IndexOf("`n", $text.IndexOf('PSData')) + 1, $added)
    if ($Links['HelpInfoUri']) { $text = $text.Insert($text.IndexOf("`n") + 1, "    HelpInfoURI = $(& $quote $Links['HelpInfoUri'])`n") }
    $text
}

function New-NuGetSpecification($Manifest, [string] $ReleaseNotes, [System.Collections.IDictionary] $Links) {
    $escape = { [System.Security.SecurityElement]::Escape($args[0]) }
    $tags = @('PSModule', 'PSIncludes_Cmdlet') + @($Manifest.PrivateData.PSData.Tags) + @($Manifest.CmdletsToExport | ForEach-Object { "PSCmdlet_$_"; "PSCommand_$_" })
    $optional = ''
    if ($Links['ProjectUri']) { $optional += "    <projectUrl>$(& $escape $Links['ProjectUri'])</projectUrl>`n" }
    if ($Links['LicenseUri']) { $optional += "    <licenseUrl>$(& $escape $Links['LicenseUri'])</licenseUrl>`n" }
    @"
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd">
  <metadata>
    <id>ComfyUI</id>
    <version>$($Manifest.ModuleVersion)</version>
    <authors>$(& $escape $Manifest.Author)</authors>
    <owners>$(& $escape $Manifest.Author)</owners>
    <requireLicenseAcceptance>false</requireLicenseAcceptance>
    <description>$(& $escape $Manifest.Description)</description>
    <releaseNotes>$(& $escape $ReleaseNotes)</releaseNotes>
    <copyright>$(& $escape $Manifest.Copyright)</copyright>
    <tags>$(& $escape ($tags -join ' '))</tags>
$optional  </metadata>
</package>
"@
}

# A .nupkg is a zip with a specification and two parts that say what is in it.
function New-NuGetPackage([string] $Folder, [string] $Specification, [string] $Path) {
    Add-Type -AssemblyName System.IO.Compression, System.IO.Compression.FileSystem
    Remove-Item -LiteralPath $Path -ErrorAction Ignore
    $archive = [System.IO.Compression.ZipFile]::Open($Path, [System.IO.Compression.ZipArchiveMode]::Create)
    try {
        $parts = [ordered]@{
            'ComfyUI.nuspec'      = $Specification
            '[Content_Types].xml' = '<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
                ((@('rels', 'psmdcp') + @(Get-ChildItem -LiteralPath $Folder -Recurse -File | ForEach-Object { $_.Extension.TrimStart('.') }) + 'nuspec' | Where-Object { $_ } | Sort-Object -Unique | ForEach-Object {
                    $type = if ($_ -eq 'rels') { 'application/vnd.openxmlformats-package.relationships+xml' } else { 'application/octet' }
                    "<Default Extension=`"$_`" ContentType=`"$type`" />"
                }) -join '') + '<Override PartName="/LICENSE" ContentType="application/octet" /></Types>'
            '_rels/.rels'         = '<?xml version="1.0" encoding="utf-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/ComfyUI.nuspec" Id="R0" /></Relationships>'
        }
        foreach ($name in $parts.Keys) {
            $writer = [System.IO.StreamWriter]::new($archive.CreateEntry($name).Open())
            try { $writer.Write($parts[$name]) } finally { $writer.Dispose() }
        }

        $root = (Resolve-Path -LiteralPath $Folder).ProviderPath
        foreach ($file in Get-ChildItem -LiteralPath $root -Recurse -File) {
            $name = $file.FullName.Substring($root.Length + 1).Replace('\', '/')
            [void] [System.IO.Compression.ZipFileExtensions]::CreateEntryFromFile($archive, $file.FullName, $name)
        }
    }
    finally {
        $archive.Dispose()
    }
}

function Invoke-Package {
    # Not into the repository's own bin: somebody may be using it.
    $project = Join-Path $PSScriptRoot 'src/ComfyUI.PowerShell/ComfyUI.PowerShell.csproj'
    Invoke-DotNet build $project '-c' Release '-p:FillModule=false' '-nologo' '-v:quiet'

    $manifest = Import-PowerShellDataFile -LiteralPath (Join-Path $PSScriptRoot 'ComfyUI.psd1')
    $notes = Get-ReleaseNotes
    $links = @{}
    foreach ($name in 'ProjectUri', 'LicenseUri', 'HelpInfoUri') { $links[$name] = Get-BuildProperty "Module$name" }

    $folder = Join-Path (Join-Path $OutputPath 'ComfyUI') $manifest.ModuleVersion
    if (Test-Path -LiteralPath $folder) { Remove-Item -LiteralPath $folder -Recurse -Force }
    foreach ($framework in 'net8.0', 'netstandard2.0') {
        $target = New-Item -ItemType Directory -Path (Join-Path (Join-Path $folder 'bin') $framework) -Force
        Copy-Item -Path (Join-Path $PSScriptRoot "src/ComfyUI.PowerShell/bin/Release/$framework/*.dll") -Destination $target
    }
    Copy-Item -Path (Join-Path $PSScriptRoot 'src/ComfyUI.PowerShell/bin/Release/net8.0/ahead/*') -Destination (Join-Path $folder 'bin') -Recurse
    Copy-Item -Path (Join-Path $PSScriptRoot 'src/ComfyUI.PowerShell/Module/*') -Destination (Join-Path $folder 'bin')
    $script = Join-Path (Join-Path $folder 'bin') 'ComfyUI.psm1'
    [System.IO.File]::WriteAllText($script, [System.IO.File]::ReadAllText($script).Replace('/../../../bin/', '/'))
    Copy-Item -LiteralPath (Join-Path $PSScriptRoot 'LICENSE'), (Join-Path $PSScriptRoot 'CHANGELOG.md') -Destination $folder
    Copy-Item -LiteralPath (Join-Path $PSScriptRoot 'src/ComfyUI.PowerShell/bin/Release/net8.0/en-US') -Destination $folder -Recurse
    [System.IO.File]::WriteAllText((Join-Path $folder 'ComfyUI.psd1'), (Get-PackagedManifest $notes $links))

    $package = Join-Path $OutputPath "ComfyUI.$($manifest.ModuleVersion).nupkg"
    New-NuGetPackage $folder (New-NuGetSpecification $manifest $notes $links) $package
    Get-Item -LiteralPath $folder, $package
}

$OutputPath = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputPath)
foreach ($name in $Task) {
    switch ($name) {
        'Build' { Invoke-DotNet build (Join-Path $PSScriptRoot 'ComfyUI.sln') -c $Configuration }
        'Test' { Invoke-DotNet test (Join-Path $PSScriptRoot 'ComfyUI.sln') -c $Configuration }
        'Demo' { Invoke-DotNet run --project (Join-Path $PSScriptRoot 'samples/QuickStart') -c $Configuration }
        'Package' { Invoke-Package }
    }
}
