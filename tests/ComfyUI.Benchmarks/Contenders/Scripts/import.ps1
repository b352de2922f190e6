# A fresh process: how long one Import-Module takes.
param([string] $Module)
$ErrorActionPreference = 'Stop'
$started = [System.Diagnostics.Stopwatch]::GetTimestamp()
Import-Module $Module
$took = [System.Diagnostics.Stopwatch]::GetElapsedTime($started).TotalMilliseconds
[Console]::Out.WriteLine($took.ToString([cultureinfo]::InvariantCulture))
