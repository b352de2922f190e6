BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer -Arguments '--generation', 'late'
    $session = Connect-ComfyUI $server.Uri
    $done = Invoke-ComfyUIWorkflow (New-ImageWorkflow shown -BatchSize 2) -OutputPath (Join-Path $TestDrive out)
    $failed = Invoke-ComfyUIWorkflow (New-FailingWorkflow) -NoDownload -ErrorAction SilentlyContinue
    $running = Submit-ComfyUIWorkflow (New-SlowWorkflow)
    Wait-Until { (Get-ServerState $server).running } 'it runs'
    $pending = Submit-ComfyUIWorkflow (New-ImageWorkflow)
    Set-ComfyUISetting Some.Setting @{ a = 1, 2 }
    $file = Join-Path $TestDrive 'kept.json'
    [System.IO.File]::WriteAllText($file, '{}')
    $null = Send-ComfyUIUserFile $file
    $workflow = Import-ComfyUIWorkflow (Save-Workflow (New-SlowWorkflow) (Join-Path $TestDrive slow.json))
    $broken = New-ImageWorkflow
    $broken['1'].inputs.Remove('width')

    $things = @{
        Session  = Get-ComfyUISession
        Status   = Get-ComfyUIStatus
        Device   = (Get-ComfyUIStatus).Devices
        Job      = Get-ComfyUIJob
        Output   = $done.Outputs
        Upload   = Send-ComfyUIFile $done.Files[0].FullName
        Node     = Get-ComfyUINode KSampler, SaveImage
        Input    = (Get-ComfyUINode KSampler).Inputs
        NodeOut  = (Get-ComfyUINode KSampler).Outputs
        Model    = Get-ComfyUIModel
        Template = Get-ComfyUITemplate -Download
        Log      = Get-ComfyUILog -Tail 3
        Setting  = Get-ComfyUISetting
        UserFile = Get-ComfyUIUserFile
        Workflow = $workflow
        WfInput  = Get-ComfyUIWorkflowInput $workflow
        Problem  = Test-ComfyUIWorkflow $broken
        Event    = Watch-ComfyUIJob $done
        Saved    = $done | Save-ComfyUIOutput -OutputPath (Join-Path $TestDrive saved)
    }
    # All text of a view, as it stands on a terminal that is so wide.
    function Show([object[]] $Object, [int] $Width = 80) { $Object | Out-String -Width $Width }
}

AfterAll { Clear-ComfyUIQueue -Force; Stop-ComfyUIJob $running; Disconnect-ComfyUI -All; Stop-TestServer $server }

Describe 'The views of a <_>' -ForEach 'Session', 'Status', 'Device', 'Job', 'Output', 'Upload', 'Node', 'Input', 'NodeOut', 'Model', 'Template', 'Log', 'Setting', 'UserFile', 'Workflow', 'WfInput', 'Problem', 'Event', 'Saved' {
    BeforeAll { $thing = @($things[$_]) }

    It 'are a table and a list of our own' {
        $thing | Should -Not -BeNullOrEmpty
        $type = $thing[0].PSTypeNames[0]
        $views = Get-FormatData -TypeName $type -PowerShellVersion $PSVersionTable.PSVersion
        $views.FormatViewDefinition.Control.ForEach{ $_.GetType().Name } | Should -Contain TableControl
        $views.FormatViewDefinition.Control.ForEach{ $_.GetType().Name } | Should -Contain ListControl
    }

    It 'fit a terminal of <_> columns, and hold no error' -ForEach 80, 120 {
        foreach ($text in (Show ($thing | Format-Table) $_), (Show ($thing | Format-List) $_)) {
            $text.Trim() | Should -Not -BeNullOrEmpty
            $text | Should -Not -Match '#ERR'
            ($text -split '\r?\n' | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual $_
        }
    }
}

Describe 'Things of several kinds in one go' {
    It 'are shown briefly, as a script shows them' {
        $text = Show ($things.Session, $things.Status, $things.Device, $things.Job, $things.Event, $things.Model, $things.Node | ForEach-Object { $_ })
        ($text -split '\r?\n').Count | Should -BeLessThan 230
        $text | Should -Not -Match 'Image +: System|Session +:|Features +:'
        $text | Should -Match "Id +: $($failed.Id)"
        $text | Should -Match 'Folder +: checkpoints'
    }
}

Describe 'A table of saved files' {
    It 'has the folder once, sizes and names' {
        $text = Show ($things.Saved | Format-Table)
        [regex]::Matches($text, '(?m)^ *Folder: .*saved').Count | Should -Be 1
        $text | Should -Match '\d B +(now|\d+ \w+ ago) +shown_\d+_\.png'
    }
}

Describe 'A table of jobs' {
    It 'has short ids, states, times as people say them, and what came of it' {
        $lines = (Show (Get-ComfyUIJob)) -split '\r?\n'
        $lines -match '^Id +Status +When +Duration +Outputs' | Should -HaveCount 1
        $lines -match "^$($running.Id.Substring(0, 8)) Running +\w+" | Should -HaveCount 1
        $lines -match "^$($pending.Id.Substring(0, 8)) Pending #1 " | Should -HaveCount 1
        $lines -match "^$($done.Id.Substring(0, 8)) Completed +(now|\d+ (s|min) ago) +\d+[.,]\d s shown_00001_.png, shown_00002_.p" | Should -HaveCount 1
        $lines -match "^$($failed.Id.Substring(0, 8)) Failed .*Node 3 \(RaiseError\) failed" | Should -HaveCount 1
    }

    It 'leaves the ids whole for the pipeline' {
        (Get-ComfyUIJob | Select-Object -ExpandProperty Id) | Should -Contain $done.Id
        (Get-ComfyUIJob | Select-Object -Property Id | Get-ComfyUIJob).Count | Should -Be 4
        (ConvertFrom-Json (Get-ComfyUIJob $done.Id | Select-Object Id, Status, CompletedAt | ConvertTo-Json)).Id | Should -Be $done.Id
    }

    It 'names the state and the error in a list' {
        $text = Show (Get-ComfyUIJob $failed.Id | Format-List) 200
        $text | Should -Match "Id +: $($failed.Id)"
        $text | Should -Match 'Error +: Node 3 \(RaiseError\) failed: .*boom'
    }
}

Describe 'A status' {
    It 'shows the memory of each device as a bar' {
        $text = Show (Get-ComfyUIStatus)
        $text | Should -Match 'RTX 4090'
        $text | Should -Match '([█#]{15}[░.]{5}) +76%  5[.,]8 GiB of 23[.,]6 GiB free'
        $text | Should -Match 'RTX 3060'
        $text | Should -Match 'Queue +: 1 running, 1 waiting'
    }
}

Describe 'Colours' {
    BeforeAll {
        $rendering = $PSStyle.OutputRendering
        $noColor = $env:NO_COLOR
        $env:NO_COLOR = $null
    }

    AfterEach { $PSStyle.OutputRendering = $rendering; $env:NO_COLOR = $noColor }

    It 'are there where PowerShell shows them' {
        $env:NO_COLOR = $null
        $PSStyle.OutputRendering = 'Ansi'
        Show (Get-ComfyUIJob $done.Id) | Should -Match "`e\[32mCompleted`e\[0m"
        Show (Get-ComfyUIJob $failed.Id) | Should -Match "`e\[31mFailed`e\[0m"
        Show (Get-ComfyUIStatus) | Should -Match "`e\[33m[█#]+`e\[0m"
    }

    It 'are not there in plain text, in a file, or with NO_COLOR' {
        $env:NO_COLOR = $null
        $PSStyle.OutputRendering = 'PlainText'
        Show (Get-ComfyUIJob) | Should -Not -Match "`e\["
        $PSStyle.OutputRendering = 'Host'
        Show (Get-ComfyUIJob) | Should -Not -Match "`e\["
        $PSStyle.OutputRendering = 'Ansi'
        $env:NO_COLOR = 1
        Show (Get-ComfyUIJob $done.Id) | Should -Not -Match "`e\[32m"
    }
}
