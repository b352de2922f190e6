BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $shared = Start-TestServer -Arguments '--user', 'ada_1=Ada', '--user', 'bob_2=Bob'
    $session = Connect-ComfyUI $server.Uri -Name single
}

AfterAll { Disconnect-ComfyUI -All; $server, $shared | ForEach-Object { Stop-TestServer $_ } }

Describe 'Get-ComfyUILog' {
    AfterEach { $null = Invoke-ServerControl $server faults DELETE }

    It 'gets the last lines' {
        $log = @(Get-ComfyUILog -Session single)
        $log[0].Message | Should -Match 'ComfyUI version'
        $log[0].Time | Should -BeOfType datetime
        $null = New-ImageWorkflow | Submit-ComfyUIWorkflow -Session single | Wait-ComfyUIJob
        @(Get-ComfyUILog -Session single).Count | Should -BeGreaterThan $log.Count
        @(Get-ComfyUILog 1 -Session single).Count | Should -Be 1
        Get-ComfyUILog -Tail 0 -Session single | Should -BeNullOrEmpty
    }

    It 'falls back to the plain text, and says so when there is none either' {
        Add-ServerFault $server @{ path = '/internal/logs/raw'; status = 404 }
        (Get-ComfyUILog -Session single)[0].Message | Should -Match 'ComfyUI version'
        Add-ServerFault $server @{ path = '/internal/logs'; status = 404 }
        (Get-Failure { Get-ComfyUILog -Session single }).FullyQualifiedErrorId | Should -BeLike 'FeatureMissing,*'
        (Get-Failure { Get-ComfyUILog -Follow -Session single }).FullyQualifiedErrorId | Should -BeLike 'FeatureMissing,*'
    }

    It 'follows what comes until it is stopped' {
        $shell = New-TestShell { param($session) Get-ComfyUILog -Follow -Tail 0 -Session $session } $session
        try {
            $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $nothing = [System.Management.Automation.PSDataCollection[psobject]]::new()
            $nothing.Complete()
            $null = Invoke-ServerControl $server requests DELETE
            $running = $shell.BeginInvoke($nothing, $output)
            Wait-Until { Get-ServerRequest $server GET '*/internal/logs/raw' } 'it has begun'
            $null = New-ImageWorkflow | Submit-ComfyUIWorkflow -Session single | Wait-ComfyUIJob
            Wait-Until { $output.Count -gt 0 } 'a line came'
            $output[0].Message | Should -Match prompt
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
        }
        finally { Remove-TestShell $shell }
    }
}

Describe 'Settings' {
    AfterEach { $null = Invoke-ServerControl $server faults DELETE }

    It 'keeps values of every kind' {
        Set-ComfyUISetting Comfy.Text 'a text' -Session single
        Set-ComfyUISetting Comfy.Number 1.0 -Session single
        Set-ComfyUISetting Comfy.Table @{ a = 1, 2; b = $null } -Session single
        Set-ComfyUISetting Comfy.Nothing $null -Session single
        (Set-ComfyUISetting Comfy.Flag $true -PassThru -Session single).Value | Should -BeTrue

        (Get-ComfyUISetting Comfy.Text -Session single).Value | Should -BeExactly 'a text'
        (Get-ComfyUISetting Comfy.Table -Session single).Value.a | Should -Be 1, 2
        (Get-ComfyUISetting Comfy.N* -Session single).Id | Should -Be Comfy.Nothing, Comfy.Number
        (Invoke-ComfyUIRequest /settings -Session single).'Comfy.Number' | Should -BeOfType double
    }

    It 'changes nothing with -WhatIf' {
        Set-ComfyUISetting Comfy.Text other -WhatIf -Session single
        (Get-ComfyUISetting Comfy.Text -Session single).Value | Should -Be 'a text'
    }

    It 'reports a setting that is not kept, and a value that has no JSON form' {
        (Get-Failure { Get-ComfyUISetting Nope -Session single }).FullyQualifiedErrorId | Should -BeLike 'ItemNotFound,*'
        (Get-Failure { Set-ComfyUISetting X (ConvertTo-Secret x) -Session single }).Exception.Message | Should -Match secret
    }

    It 'copies settings from one server to another' {
        $target = Connect-ComfyUI $shared.Uri -User Ada -Name target
        Get-ComfyUISetting Comfy.T* -Session single | ForEach-Object { Set-ComfyUISetting $_.Id $_.Value -Session $target }
        (Get-ComfyUISetting -Session $target).Id | Should -Be Comfy.Table, Comfy.Text
        Disconnect-ComfyUI -Session target
    }
}

Describe 'User files' {
    AfterEach { $null = Invoke-ServerControl $server faults DELETE }

    BeforeAll {
        [System.IO.File]::WriteAllText((Join-Path $TestDrive 'it''s [1] $x 100%.json'), '{"nodes": []}')
        [System.IO.File]::WriteAllText((Join-Path $TestDrive 'plain.json'), '{}')
    }

    It 'sends, lists, saves and removes' {
        $sent = Get-ChildItem $TestDrive -Filter *.json | Send-ComfyUIUserFile -Session single
        $sent.Path | Should -Contain 'workflows/it''s [1] $x 100%.json'
        (Get-ComfyUIUserFile workflows -Session single).Count | Should -Be $sent.Count
        (Get-ComfyUIUserFile 'workflows/plain*' -Session single).Name | Should -Be plain.json
        (Get-ComfyUIUserFile workflows/plain.json -Session single).Size | Should -Be 2

        $saved = Get-ComfyUIUserFile '*100%.json' -Session single | Save-ComfyUIUserFile -OutputPath TestDrive:\out
        $saved | Should -BeOfType System.IO.FileInfo
        [System.IO.File]::ReadAllText($saved.FullName) | Should -Be '{"nodes": []}'
        $saved.FullName | Should -BeLike '*workflows*'

        Get-ComfyUIUserFile workflows -Session single | Remove-ComfyUIUserFile -WhatIf
        (Get-ComfyUIUserFile workflows -Session single).Count | Should -Be $sent.Count
        Get-ComfyUIUserFile workflows -Session single | Remove-ComfyUIUserFile
        Get-ComfyUIUserFile 'workflows/*' -Session single | Should -BeNullOrEmpty
    }

    It 'overwrites only with -Force' {
        $file = Join-Path $TestDrive plain.json
        (Send-ComfyUIUserFile $file -Subfolder sub/dir -Name other.json -Session single).Path | Should -Be sub/dir/other.json
        $failure = Get-Failure { Send-ComfyUIUserFile $file sub/dir/ -Name other.json -Session single }
        $failure.FullyQualifiedErrorId | Should -BeLike 'FileExists,*'
        "$failure" | Should -BeLike "*'sub/dir/other.json'*"
        $null = Send-ComfyUIUserFile $file sub/dir -Name other.json -Force -Session single
        $first = Save-ComfyUIUserFile sub/dir/other.json TestDrive:\twice -Session single
        $second = Save-ComfyUIUserFile sub/dir/other.json TestDrive:\twice -Session single
        $second.Name | Should -Be 'other (1).json'
        (Save-ComfyUIUserFile sub/dir/other.json TestDrive:\twice -Force -Session single).FullName | Should -Be $first.FullName
    }

    It 'reports what is not there and goes on' {
        $null = Save-ComfyUIUserFile nope.json, sub/dir/other.json TestDrive:\on -Session single -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems.FullyQualifiedErrorId | Should -Be 'ItemNotFound,ComfyUI.PowerShell.Commands.SaveComfyUIUserFileCommand'
        @(Get-ChildItem TestDrive:\on -Recurse -File).Count | Should -Be 1
        (Get-Failure { Remove-ComfyUIUserFile nope.json -Session single }).FullyQualifiedErrorId | Should -BeLike 'ItemNotFound,*'
        (Get-Failure { Get-ComfyUIUserFile nope -Session single }).FullyQualifiedErrorId | Should -BeLike 'ItemNotFound,*'
        (Get-Failure { Send-ComfyUIUserFile TestDrive:\nope.json -Session single }).FullyQualifiedErrorId | Should -BeLike 'FileFailed,*'
    }

    It 'lists them on a server with the older route only' {
        Add-ServerFault $server @{ path = '^/v2/'; status = 404 }
        (Get-ComfyUIUserFile sub -Session single).Path | Should -Be sub/dir/other.json
    }
}

Describe 'Several users' {
    AfterEach { $null = Invoke-ServerControl $server faults DELETE }

    It 'keeps the files of each apart' {
        $ada = Connect-ComfyUI $shared.Uri -User ada -Name ada
        $bob = Connect-ComfyUI $shared.Uri -User bob_2 -Name bob
        Set-ComfyUISetting X 1 -Session $bob
        $bob.User | Should -Be bob_2
        (Get-ComfyUISetting -Session bob).Id | Should -Be X
        (Get-ComfyUISetting -Session ada).Id | Should -Not -Contain X
    }

    It 'names the users there are to one who gives none, or a wrong one' {
        $null = Connect-ComfyUI $shared.Uri -Name nobody
        foreach ($script in { Get-ComfyUISetting -Session nobody }, { Get-ComfyUIUserFile -Session nobody }, { Connect-ComfyUI $shared.Uri -User Eve }) {
            $failure = Get-Failure $script
            $failure.FullyQualifiedErrorId | Should -BeLike 'UnknownUser,*'
            $failure.ErrorDetails.RecommendedAction | Should -Match 'Ada, Bob'
        }
    }
}
