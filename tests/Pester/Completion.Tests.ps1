BeforeAll {
    . $PSScriptRoot/Common.ps1
    $odd = 'it''s [1] $x & co.safetensors'
    $odder = 'a "b" `c` $(d) [e].safetensors'
    $server = Start-TestServer -Arguments '--lora', $odd, '--lora', $odder
    $session = Connect-ComfyUI $server.Uri -Name tab

    function Complete {
        param([string] $Line)
        @((TabExpansion2 $Line -cursorColumn $Line.Length).CompletionMatches)
    }

}

AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $server }

Describe 'Completion' {
    AfterEach { $null = Invoke-ServerControl $server faults DELETE }

    It 'completes node classes: what begins with the word first, then what has it' {
        (Complete 'Get-ComfyUINode Save').CompletionText | Select-Object -First 1 | Should -Be SaveImage
        (Complete 'Get-ComfyUINode -Name image').CompletionText | Should -Contain SaveImage
        (Complete 'Get-ComfyUINode -Name SaveImage, Empty').CompletionText | Should -Contain EmptyImage
        (Complete 'Get-ComfyUINode -Category sampl').CompletionText | Should -Contain sampling
        (Complete 'Get-ComfyUINode -Input LAT').CompletionText | Should -Be LATENT
        (Complete 'Get-ComfyUINode -Output LAT').CompletionText | Should -Be LATENT
    }

    It 'needs no network for node classes when the catalogue is kept' {
        $null = Get-ComfyUINode
        $null = Invoke-ServerControl $server requests DELETE
        $null = Complete 'Get-ComfyUINode Save'
        Get-ServerRequest $server | Should -BeNullOrEmpty
    }

    It 'completes model folders and names, and quotes what needs it' {
        (Complete 'Get-ComfyUIModel check').CompletionText | Should -Be checkpoints
        (Complete 'Get-ComfyUIModel checkpoints dummy').CompletionText | Should -Be dummy_v1.safetensors, sub/dummy_v2.safetensors
        $match = Complete 'Get-ComfyUIModel loras it'
        $match.ListItemText | Should -Be $odd
        # What is completed finds the model.
        (Invoke-Expression "Get-ComfyUIModel loras $($match.CompletionText)").Name | Should -Be $odd
        (Get-ComfyUIModel loras $odd).Name | Should -Be $odd
    }

    It 'keeps the quotes that were begun: <Typed>' -ForEach @(
        @{ Typed = '"it' }, @{ Typed = '"it''s [1] `$x' }, @{ Typed = "'it''''s" }, @{ Typed = 'it' }
        @{ Typed = '"a `"b' }, @{ Typed = "'a ""b" }
    ) {
        $name = if ($Typed -match 'a .?"b') { $odder } else { $odd }
        foreach ($cmdlet in 'Get-ComfyUIModel loras', 'Get-ComfyUIModel -Folder loras -Name') {
            $line = "$cmdlet $Typed"
            $found = TabExpansion2 $line -cursorColumn $line.Length
            $match = @($found.CompletionMatches | Where-Object ListItemText -EQ $name)
            $match | Should -HaveCount 1
            # The line as it is when Tab has been pressed.
            $done = $line.Remove($found.ReplacementIndex, $found.ReplacementLength).Insert($found.ReplacementIndex, $match[0].CompletionText)
            $done[$cmdlet.Length + 1] | Should -Be $(if ($Typed[0] -eq '"') { '"' } else { "'" })
            (Invoke-Expression $done).Name | Should -Be $name
        }
    }

    It 'completes what a workflow decides: nodes, inputs, choices, outputs' {
        $path = Save-Workflow (New-SlowWorkflow) (Join-Path $TestDrive 'a slow one.json')
        $variable = Import-ComfyUIWorkflow $path
        foreach ($start in "Set-ComfyUIWorkflowInput '$path'", "Import-ComfyUIWorkflow '$path' | Set-ComfyUIWorkflowInput", '$variable | Set-ComfyUIWorkflowInput', 'Set-ComfyUIWorkflowInput $variable') {
            (Complete "$start -Node Slow").CompletionText | Should -Contain "'Slow node'"
            (Complete "$start -Node ").CompletionText | Should -Contain 3
            (Complete "$start -Node 3 -Input s").CompletionText | Should -Contain seconds
            (Complete "$start -Node 3 -Input s").CompletionText | Should -Not -Contain width
            (Complete "$start -Node 'Slow node' -Input format -Value J").CompletionText | Should -Be JPEG
            (Complete "$start -Node 3 -Input preview -Value ").CompletionText | Should -Be '$true', '$false'
            (Complete "$start -Node 2 -Input images -Link ").CompletionText | Should -Be '1.0', '3.0'
            (Complete "$start -Bypass Slo").CompletionText | Should -Contain "'Slow node'"
        }

        (Complete "Get-ComfyUIWorkflowInput '$path' -Input sec").CompletionText | Should -Be seconds
        (Complete "Get-ComfyUIWorkflowInput '$path' -Node Can").CompletionText | Should -Be Canvas
        (Complete "Submit-ComfyUIWorkflow '$path' -Target ").CompletionText | Should -Be 2
        (Complete "Invoke-ComfyUIWorkflow '$path' -Target ").ListItemText | Should -Be '2: Save it (SaveImage)'
    }

    It 'completes nothing, and says nothing, for a workflow that is none' {
        $before = $Error.Count
        foreach ($start in 'Set-ComfyUIWorkflowInput ./nowhere.json', 'Set-ComfyUIWorkflowInput', 'Set-ComfyUIWorkflowInput "{ not json"', '$nothing | Set-ComfyUIWorkflowInput', '42 | Set-ComfyUIWorkflowInput') {
            Complete "$start -Node " | Where-Object ResultType -EQ ParameterValue | Should -BeNullOrEmpty
        }

        $Error.Count | Should -Be $before
    }

    It 'asks for a list once, however often Tab is pressed' {
        $null = Complete 'Get-ComfyUIModel loras it'
        $null = Invoke-ServerControl $server requests DELETE
        $null = 1..3 | ForEach-Object { Complete 'Get-ComfyUIModel loras it' }
        Get-ServerRequest $server | Should -BeNullOrEmpty
    }

    It 'completes job ids that suit the cmdlet' {
        $done = New-ImageWorkflow | Submit-ComfyUIWorkflow | Wait-ComfyUIJob
        $active = New-SlowWorkflow | Submit-ComfyUIWorkflow
        Wait-Until { @(Complete 'Stop-ComfyUIJob ').Count } 'the list is a new one'
        foreach ($cmdlet in 'Stop', 'Wait', 'Watch') { (Complete "$cmdlet-ComfyUIJob ").CompletionText | Should -Be $active.Id }
        (Complete 'Remove-ComfyUIJob ').CompletionText | Should -Be $done.Id
        (Complete 'Save-ComfyUIOutput -Id ').CompletionText | Should -Be $done.Id
        $all = Complete 'Get-ComfyUIJob '
        $all.CompletionText | Should -Be $active.Id, $done.Id
        $all[1].ToolTip | Should -Match 'Completed.*png'
        Stop-ComfyUIJob $active.Id
    }

    It 'completes user files: as patterns where they are looked for, as they are where they are acted on' {
        $file = Join-Path $TestDrive 'a b [2].json'
        [System.IO.File]::WriteAllText($file, '{}')
        $null = Send-ComfyUIUserFile -LiteralPath $file
        (Complete 'Save-ComfyUIUserFile work').CompletionText | Should -Be "'workflows/a b [2].json'"
        $match = (Complete 'Get-ComfyUIUserFile work').CompletionText
        (Invoke-Expression "Get-ComfyUIUserFile $match").Name | Should -Be 'a b [2].json'
    }

    It 'completes settings, examples, packs and sessions' {
        Set-ComfyUISetting Comfy.Some 1
        (Complete 'Get-ComfyUISetting com').CompletionText | Should -Be Comfy.Some
        (Complete 'Set-ComfyUISetting com').CompletionText | Should -Be Comfy.Some
        (Complete 'Get-ComfyUITemplate ').CompletionText | Should -Be demo
        (Complete 'Get-ComfyUITemplate -Module ver').CompletionText | Should -Be verify_pack
        (Complete 'Get-ComfyUINode -Session ').CompletionText | Should -Be tab
    }

    It 'shows jobs as the table does, and completes whole ids' {
        $job = Invoke-ComfyUIWorkflow (New-ImageWorkflow) -NoDownload
        Wait-Until { (Complete 'Get-ComfyUIJob ').CompletionText -contains $job.Id } 'the list is a new one'
        $match = Complete "Get-ComfyUIJob $($job.Id.Substring(0, 6))"
        $match.CompletionText | Should -Be $job.Id
        $match.ListItemText | Should -Match "^$($job.Id.Substring(0, 8)) Completed (now|\d+ \w+ ago)$"
        Remove-ComfyUIJob $job.Id
    }

    It 'completes the folders that files can be sent to' {
        $file = Join-Path $TestDrive 'x.json'
        [System.IO.File]::WriteAllText($file, '{}')
        $null = Send-ComfyUIUserFile $file -Subfolder 'workflows/my own' -Force
        Wait-Until { (Complete 'Send-ComfyUIUserFile x.json -Subfolder work').CompletionText -contains "'workflows/my own'" } 'the list is a new one'
    }

    It 'uses the session that is given' {
        $empty = Start-TestServer
        try {
            $null = Connect-ComfyUI $empty.Uri -Name second
            (Complete 'Get-ComfyUIModel loras -Session tab -Name it').ListItemText | Should -Be $odd
            Complete 'Get-ComfyUIModel loras -Session second -Name it' | Where-Object ListItemText -EQ $odd | Should -BeNullOrEmpty
        }
        finally {
            Disconnect-ComfyUI -Session second
            Stop-TestServer $empty
        }
    }
}

Describe 'Completion in trouble' {
    AfterEach { $null = Invoke-ServerControl $server faults DELETE }

    It 'does not wait for a server that does not answer, and has the answer later' {
        Add-ServerFault $server @{ path = '/(models|object_info|settings|queue|history)'; action = 'hold' }
        # Nothing but the prompt's own patience ends the waiting: the session's is longer than this test may take.
        $null = Connect-ComfyUI $server.Uri -Name slow -SkipCheck -TimeoutSec 3600
        $kept = $env:COMFYUI_CACHE_PATH
        $env:COMFYUI_CACHE_PATH = Join-Path $TestDrive fresh
        foreach ($line in 'Get-ComfyUINode ', 'Get-ComfyUIModel ', 'Get-ComfyUISetting ', 'Stop-ComfyUIJob ') {
            Complete $line | Where-Object ResultType -EQ ParameterValue | Should -BeNullOrEmpty
        }

        Wait-Until { $null = Invoke-ServerControl $server release; (Complete 'Get-ComfyUIModel check').CompletionText -eq 'checkpoints' } 'the answer came'
        Wait-Until { $null = Invoke-ServerControl $server release; (Complete 'Get-ComfyUINode SaveI').CompletionText } 'the catalogue came'
        $env:COMFYUI_CACHE_PATH = $kept
        Disconnect-ComfyUI -Session slow
    }

    It 'does not wait for an address where nothing answers at all' {
        $hole = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $hole.Start()
        try {
            $null = Connect-ComfyUI "http://127.0.0.1:$($hole.LocalEndpoint.Port)" -Name hole -SkipCheck -TimeoutSec 3600
            $path = Save-Workflow (New-SlowWorkflow) (Join-Path $TestDrive 'slow.json')
            $before = $Error.Count
            foreach ($line in 'Get-ComfyUINode ', 'Get-ComfyUIModel ', 'Get-ComfyUIModel loras ', 'Get-ComfyUISetting ', 'Stop-ComfyUIJob ', 'Get-ComfyUITemplate ',
                'Get-ComfyUIUserFile ', 'Send-ComfyUIUserFile x -Subfolder ', "Set-ComfyUIWorkflowInput '$path' -Value ", "Invoke-ComfyUIWorkflow '$path' -Steps ") {
                Complete $line | Where-Object ResultType -EQ ParameterValue | Should -BeNullOrEmpty
            }

            # A path that is taken as it is may have what a pattern must escape.
            Copy-Item -LiteralPath $path -Destination (Join-Path $TestDrive 'slow [1].json')
            (Complete "Invoke-ComfyUIWorkflow -LiteralPath '$(Join-Path $TestDrive 'slow [1].json')' -Target ").CompletionText | Should -Contain 3

            # What the workflow itself says is there all the same.
            (Complete "Set-ComfyUIWorkflowInput '$path' -Node ").CompletionText | Should -Contain 3
            $Error.Count | Should -Be $before
        }
        finally { $hole.Stop(); Disconnect-ComfyUI -Session hole }
    }

    It 'is quiet when the server refuses, is gone, or was never there' {
        Add-ServerFault $server @{ path = '.'; status = 500 }
        $broken = Connect-ComfyUI $server.Uri -Name broken -SkipCheck
        $before = $Error.Count
        foreach ($line in 'Get-ComfyUIModel loras ', 'Get-ComfyUISetting ', 'Get-ComfyUITemplate ') {
            Complete $line | Where-Object ResultType -EQ ParameterValue | Should -BeNullOrEmpty
        }

        $null = Connect-ComfyUI http://127.0.0.1:9 -Name gone -SkipCheck
        $null = Complete 'Get-ComfyUINode Save'
        Disconnect-ComfyUI -All
        Complete 'Get-ComfyUINode Save' | Where-Object ResultType -EQ ParameterValue | Should -BeNullOrEmpty
        $Error.Count | Should -Be $before
    }
}

Describe 'Names that a hostile server has' {
    BeforeAll {
        $names = "x'; Remove-Item victim; '", "x$([char] 0x2019); Remove-Item victim; $([char] 0x2019)", '$(Remove-Item victim)', '`$x', '-Force', '--', '@splat', '#rest', "two`nlines", '{ block }', 'a|b', '& a'
        $hostile = Start-TestServer -Arguments @($names | ForEach-Object { '--lora', $_ })
        $null = Connect-ComfyUI $hostile.Uri -Name hostile
    }

    AfterAll { Disconnect-ComfyUI hostile -ErrorAction Ignore; Stop-TestServer $hostile }

    It 'are one argument, as they are, when Tab puts them on the line' {
        $line = 'Get-ComfyUIModel loras '
        # The first Tab may be too early for the server's answer.
        Wait-Until { @((TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches).Count -ge $names.Count } 'the names are there'
        foreach ($match in (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches) {
            $problems = $null
            $parsed = [System.Management.Automation.Language.Parser]::ParseInput($line + $match.CompletionText, [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty
            $commands = @($parsed.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandBaseAst] }, $true))
            $commands.Count | Should -Be 1 -Because $match.CompletionText
            $commands[0].CommandElements.Count | Should -Be 3 -Because $match.CompletionText
            $commands[0].CommandElements[2] | Should -BeOfType System.Management.Automation.Language.StringConstantExpressionAst
            [wildcardpattern]::Unescape($commands[0].CommandElements[2].Value) | Should -BeIn @($names + 'dummy_lora.safetensors')
        }
    }
}
