# What people write today: Invoke-RestMethod, and asking the history again and again.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

function Get-Elapsed([long] $Started) { [System.Diagnostics.Stopwatch]::GetElapsedTime($Started).TotalMilliseconds }

function Invoke-Run($Prompt) {
    $body = @{ prompt = $Prompt } | ConvertTo-Json -Depth 20
    $id = (Invoke-RestMethod "$script:uri/prompt" -Method Post -Body $body -ContentType 'application/json').prompt_id
    while ($true) {
        $history = Invoke-RestMethod "$script:uri/history/$id"
        if ($history.$id) { break }
        Start-Sleep -Milliseconds 50
    }
    foreach ($output in $history.$id.outputs.PSObject.Properties.Value) {
        foreach ($image in $output.images) {
            $query = "filename=$($image.filename)&subfolder=$($image.subfolder)&type=$($image.type)"
            Invoke-WebRequest "$script:uri/view?$query" -OutFile (Join-Path $script:folder $image.filename)
        }
    }
}

function Invoke-Command($Command) {
    $now = { [System.Diagnostics.Stopwatch]::GetTimestamp() }
    switch ($Command.command) {
        'connect' {
            $script:uri = $Command.uri.TrimEnd('/')
            $script:folder = $Command.folder
            return @{}
        }
        'run' {
            $times = [double[]]::new($Command.count)
            for ($i = 0; $i -lt $Command.count; $i++) {
                $started = & $now
                Invoke-Run (Get-Content -Raw $Command.prompt | ConvertFrom-Json)
                $times[$i] = Get-Elapsed $started
            }
            return @{ ms = $times; completed = $Command.count }
        }
        'download' {
            $started = & $now
            foreach ($file in $Command.files) {
                Invoke-WebRequest "$script:uri/view?filename=$file&type=output" -OutFile (Join-Path $script:folder $file)
            }
            return @{ ms = @(Get-Elapsed $started); completed = 1 }
        }
        'upload' {
            $started = & $now
            $null = Invoke-RestMethod "$script:uri/upload/image" -Method Post -Form @{ image = Get-Item $Command.path; overwrite = 'true' }
            return @{ ms = @(Get-Elapsed $started); completed = 1 }
        }
        default { throw 'not supported' }
    }
}

while ($null -ne ($line = [Console]::In.ReadLine())) {
    try { $answer = Invoke-Command (ConvertFrom-Json $line) }
    catch { $answer = @{ error = "$_" } }
    [Console]::Out.WriteLine((ConvertTo-Json $answer -Compress -Depth 4))
}
