BeforeAll {
    . $PSScriptRoot/Common.ps1
    $server = Start-TestServer
    $session = Connect-ComfyUI $server.Uri
}

AfterAll { Disconnect-ComfyUI -All; Stop-TestServer $server }

Describe 'Get-ComfyUINode' {
    AfterEach { $null = Invoke-ServerControl $server faults DELETE }

    It 'finds classes by name and by wildcards' {
        (Get-ComfyUINode KSampler).Name | Should -Be KSampler
        (Get-ComfyUINode ksampler).Name | Should -Be KSampler
        $names = (Get-ComfyUINode 'Save*', EmptyImage).Name
        $names | Should -Contain SaveImage
        $names | Should -Contain EmptyImage
        $names | Should -Not -Contain LoadImage
    }

    It 'finds classes by words, category, types and marks' {
        (Get-ComfyUINode -Search 'invert image').Name | Should -Be ImageInvert
        (Get-ComfyUINode -Category 'sampling*' -Output LATENT).Name | Should -Contain KSampler
        (Get-ComfyUINode -Input MODEL -Output LATENT).Name | Should -Contain KSampler
        (Get-ComfyUINode -OutputNode).IsOutputNode | Should -Not -Contain $false
        (Get-ComfyUINode -OutputNode:$false).IsOutputNode | Should -Not -Contain $true
        Get-ComfyUINode 'nothing*' | Should -BeNullOrEmpty
    }

    It 'shows inputs with types, defaults, limits and choices' {
        $node = Get-ComfyUINode KSampler
        $seed = $node.FindInput('seed')
        $seed.Type | Should -Be INT
        $seed.Maximum | Should -Be 18446744073709551615
        $node.FindInput('steps').Default | Should -Be 20
        $node.FindInput('sampler_name').Choices | Should -Contain euler
        $text = $node | Format-List | Out-String -Width 200
        $text | Should -Match 'seed \(INT\) default 0, 0 to 18446744073709551615'
        $text | Should -Match 'sampler_name \(COMBO\).*\| \.\.\. \d+ more'
    }

    It 'reports a class that is not there, and goes on' {
        $found = 'Nope', 'KSampler' | Get-ComfyUINode -ErrorVariable problems -ErrorAction SilentlyContinue
        $found.Name | Should -Be KSampler
        $problems.FullyQualifiedErrorId | Should -Be 'ItemNotFound,ComfyUI.PowerShell.Commands.GetComfyUINodeCommand'
        (Get-Failure { Get-ComfyUINode KSampl -ErrorAction Stop }).ErrorDetails.RecommendedAction | Should -BeLike 'Do you mean KSampler[?]*'
        $problems.TargetObject | Should -Be Nope
        $problems.CategoryInfo.Category | Should -Be ObjectNotFound
    }

    It 'asks the server once, and again with -Force' {
        $null = Get-ComfyUINode
        $null = Invoke-ServerControl $server requests DELETE
        $null = Get-ComfyUINode
        $null = Connect-ComfyUI $server.Uri -Name second | ForEach-Object { Get-ComfyUINode -Session $_ }
        Get-ServerRequest $server GET '*/object_info' | Should -BeNullOrEmpty
        $null = Get-ComfyUINode -Force
        @(Get-ServerRequest $server GET '*/object_info').Count | Should -Be 1
        Disconnect-ComfyUI -Session second
    }

    It 'ends with an error when the answer is no catalogue' {
        Add-ServerFault $server @{ path = '/object_info$'; status = 200; body = '<html>'; contentType = 'text/html' }
        (Get-Failure { Get-ComfyUINode -Force }).FullyQualifiedErrorId | Should -BeLike 'InvalidResponse,*'
    }
}

Describe 'Get-ComfyUIModel' {
    AfterEach { $null = Invoke-ServerControl $server faults DELETE }

    It 'lists all models with size and dates' {
        $models = Get-ComfyUIModel
        $models.Name | Should -Be 'dummy_v1.safetensors', 'sub/dummy_v2.safetensors', 'dummy_lora.safetensors', 'dummy_emb.pt'
        $models.Folder | Should -Be checkpoints, checkpoints, loras, embeddings
        $models[0].Size | Should -BeGreaterThan 1GB
        ($models | Out-String) | Should -Match '\d[.,]\d GiB'
    }

    It 'finds models by folder and name' {
        (Get-ComfyUIModel check* *v2*).Name | Should -Be 'sub/dummy_v2.safetensors'
        (Get-ComfyUIModel -Name 'dummy*').Count | Should -Be 3
        (Get-ComfyUIModel loras).Folder | Should -Be loras
    }

    It 'reads what a file says of itself' {
        (Get-ComfyUIModel loras -Metadata).Metadata['ss_network_dim'] | Should -Be 16
        (Get-ComfyUIModel loras).Metadata | Should -BeNullOrEmpty
    }

    It 'reports folders and models that are not there' {
        $null = Get-ComfyUIModel nope, loras -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems.FullyQualifiedErrorId | Should -BeLike 'ItemNotFound,*'
        (Get-Failure { Get-ComfyUIModel loras nope.safetensors }).Exception.Message | Should -BeLike "*'nope.safetensors'*"
    }

    It 'works without the route that tells sizes' {
        Add-ServerFault $server @{ path = '^/experiment/'; status = 405 }
        $old = Connect-ComfyUI $server.Uri -Name old
        (Get-ComfyUIModel checkpoints -Session $old).Name | Should -Be 'dummy_v1.safetensors', 'sub/dummy_v2.safetensors'
        @((Get-ComfyUIModel checkpoints -Session $old).Size -ne $null).Count | Should -Be 0
        Disconnect-ComfyUI -Session old
    }

    It 'says what is missing where the server lists no models' {
        Add-ServerFault $server @{ path = '^/models'; status = 404 }
        $failure = Get-Failure { Get-ComfyUIModel }
        $failure.FullyQualifiedErrorId | Should -BeLike 'FeatureMissing,*'
        $failure.ErrorDetails.RecommendedAction | Should -Match 2025
    }
}

Describe 'Get-ComfyUITemplate' {
    AfterEach { $null = Invoke-ServerControl $server faults DELETE }

    It 'lists examples, and gets their workflows on demand' {
        $template = Get-ComfyUITemplate
        "$template" | Should -Be 'verify_pack/demo'
        $template.Workflow | Should -BeNullOrEmpty
        (Get-ComfyUITemplate d* -Module verify* -Download).Workflow | Should -BeOfType ComfyUI.Client.ComfyUIWorkflow
        Get-ComfyUITemplate -Module other* | Should -BeNullOrEmpty
        (Get-Failure { Get-ComfyUITemplate nope }).FullyQualifiedErrorId | Should -BeLike 'ItemNotFound,*'
    }

    It 'says what is missing on a server without examples' {
        Add-ServerFault $server @{ path = '/workflow_templates'; status = 404 }
        (Get-Failure { Get-ComfyUITemplate }).FullyQualifiedErrorId | Should -BeLike 'FeatureMissing,*'
    }
}
