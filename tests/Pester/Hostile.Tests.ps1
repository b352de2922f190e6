# A server whose every word would drive a terminal: what the module shows of it does not.
BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $session = Connect-ComfyUI $server.Uri
    $evil = "$([char]27)[2J$([char]27)]0;owned$([char]7)$([char]0x9b)31m$([char]0x202e)gnp"
    $id = '01234567-89ab-cdef-0123-456789abcdef'
    $harmful = '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]'

    function Set-Answer([string] $Path, $Body, [int] $Status = 200, [string] $Method = 'GET') {
        Add-ServerFault $server @{
            method = $Method; path = $Path; action = 'respond'; status = $Status
            body = ConvertTo-Json -InputObject $Body -Depth 20 -Compress; contentType = 'application/json'
        }
    }

    # As on a terminal that shows colours; those of PowerShell itself and of ours are taken out before anything is looked for.
    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'Ansi'
    function Show { ($input | Out-String -Width 200) -replace "$([char]27)\[[0-9;]*m" }

    $node = [ordered]@{
        input = @{ required = [ordered]@{ "in$evil" = @('INT', @{ default = 1; tooltip = $evil }); combo = @(@("choice$evil", 'b'), @{}); text = @('STRING', @{ default = $evil }) } }
        input_order = @{ required = "in$evil", 'combo', 'text' }
        output = @("OUT$evil"); output_name = @("name$evil"); output_is_list = @($false); output_tooltips = @($evil)
        name = "Evil$evil"; display_name = "Shown$evil"; description = $evil; category = "cat$evil"; python_module = "mod$evil"; output_node = $false
    }
    Set-Answer '^/(api/)?object_info' @{ "Evil$evil" = $node }
    Set-Answer '^/(api/)?(models|experiment/models)$' @("folder$evil")
    Set-Answer '^/(api/)?(experiment/)?models/' @("model$evil.safetensors")
    Set-Answer '^/(api/)?settings' @{ "id$evil" = "value$evil" }
    Set-Answer '^/(api/)?(v2/)?userdata' @(@{ name = "a$evil"; path = "a$evil.json"; type = 'file'; size = 1; modified = 1 })
    Set-Answer '^/internal/logs/raw' @{ entries = @(@{ t = '2026-11-22T12:00:00'; m = "said$evil`n" }); size = @{ cols = 80; rows = 24 } }
    Set-Answer '^/(api/)?system_stats' @{
        system = @{ os = "os$evil"; python_version = "py$evil"; comfyui_version = "v$evil"; pytorch_version = $evil; ram_total = 1; ram_free = 1; argv = @($evil); embedded_python = $false }
        devices = @(@{ name = "gpu$evil"; type = "cuda$evil"; index = 0; vram_total = 2; vram_free = 1; torch_vram_total = 2; torch_vram_free = 1 })
    }
    Set-Answer "^/(api/)?history/$id" @{
        $id = @{
            prompt = @(1, $id, @{ '1' = @{ class_type = "X$evil"; inputs = @{}; _meta = @{ title = "title$evil" } } }, @{}, @('1'))
            outputs = @{ '1' = @{ images = @(@{ filename = "x$evil.png"; subfolder = "s$evil"; type = 'output' }); text = @("text$evil") } }
            status = @{
                status_str = 'error'; completed = $false
                messages = @(, @('execution_error', @{
                            prompt_id = $id; node_id = "1$evil"; node_type = "X$evil"; exception_message = "failed$evil"; exception_type = "Type$evil"; traceback = @($evil)
                        }))
            }
        }
    }
    Set-Answer '^/refused' @{ error = "no$evil" } 403
}

AfterAll {
    $PSStyle.OutputRendering = $rendering
    Disconnect-ComfyUI -All
    Stop-TestServer $server
}

Describe 'A hostile server' {
    It 'does not drive the terminal with <What>' -TestCases @(
        @{ What = 'its status'; Get = { Get-ComfyUIStatus } }
        @{ What = 'its devices'; Get = { (Get-ComfyUIStatus).Devices } }
        @{ What = 'its sessions'; Get = { Connect-ComfyUI $server.Uri -Name other } }
        @{ What = 'node classes'; Get = { Get-ComfyUINode } }
        @{ What = 'inputs'; Get = { (Get-ComfyUINode).Inputs } }
        @{ What = 'outputs of classes'; Get = { (Get-ComfyUINode).Outputs } }
        @{ What = 'models'; Get = { Get-ComfyUIModel } }
        @{ What = 'settings'; Get = { Get-ComfyUISetting } }
        @{ What = 'user files'; Get = { Get-ComfyUIUserFile } }
        @{ What = 'its log'; Get = { Get-ComfyUILog } }
        @{ What = 'a job'; Get = { Get-ComfyUIJob -Id $id } }
        @{ What = 'outputs'; Get = { (Get-ComfyUIJob -Id $id).Outputs } }
    ) {
        $things = @(& $Get)
        $things | Should -Not -BeNullOrEmpty
        foreach ($text in ($things | Show), ($things | Format-Table | Show), ($things | Format-List | Show)) {
            $text | Should -Not -Match '#ERR'
            $text | Should -Not -Match $harmful
        }
    }

    It 'does not drive the terminal with the words of its errors' {
        $problem = try { Invoke-ComfyUIRequest /refused } catch { $_ }
        foreach ($text in $problem.Exception.Message, $problem.ErrorDetails.Message, "$problem", $problem.Exception.ServerMessage, $problem.Exception.ToString()) {
            $text | Should -Match 'owned'
            $text | Should -Not -Match $harmful
        }
    }

    It 'does not drive the terminal with warnings about a workflow' {
        $workflow = @{ '1' = @{ class_type = "X$evil"; inputs = @{ "a$evil" = "b$evil" }; _meta = @{ title = "title$evil" } } }
        $found = @(Test-ComfyUIWorkflow $workflow)
        $found | Should -Not -BeNullOrEmpty
        ($found | Format-List | Show) | Should -Not -Match $harmful
        ($found | Format-Table | Show) | Should -Not -Match $harmful
        $inputs = @(Get-ComfyUIWorkflowInput $workflow)
        ($inputs | Format-List | Show) | Should -Not -Match $harmful
        ($inputs | Format-Table | Show) | Should -Not -Match $harmful
    }

    It 'keeps the truth in the objects' {
        (Get-ComfyUINode).DisplayName | Should -Be "Shown$evil"
        (Get-ComfyUIJob -Id $id).Outputs.FileName | Should -Contain "x$evil.png"
    }
}
