# The same with Invoke-RestMethod.
param([string] $Uri, [string] $Prompt, [string] $Folder)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$Uri = $Uri.TrimEnd('/')
$null = Invoke-RestMethod "$Uri/system_stats"
$body = @{ prompt = Get-Content -Raw $Prompt | ConvertFrom-Json } | ConvertTo-Json -Depth 20
$id = (Invoke-RestMethod "$Uri/prompt" -Method Post -Body $body -ContentType 'application/json').prompt_id
while ($true) {
    $history = Invoke-RestMethod "$Uri/history/$id"
    if ($history.$id) { break }
    Start-Sleep -Milliseconds 50
}
foreach ($output in $history.$id.outputs.PSObject.Properties.Value) {
    foreach ($image in $output.images) {
        Invoke-WebRequest "$Uri/view?filename=$($image.filename)&subfolder=$($image.subfolder)&type=$($image.type)" -OutFile (Join-Path $Folder $image.filename)
    }
}
