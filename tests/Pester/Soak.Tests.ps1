BeforeAll { $result = & $PSScriptRoot/../Soak/soak.ps1 -Jobs 192 -Runspaces 16 -Seed 5 -Rate 0.1 }

Describe 'Many jobs over one session, from 16 runspaces, through a proxy that breaks things' {
    It 'accounts for each job once' {
        $result.Jobs | Should -Be 192
        $result.Wrong | Should -BeNullOrEmpty
        $result.Doubled | Should -Be 0
    }

    It 'holds no more handles at the end than after the first quarter' {
        # A connection that is being opened or closed at that moment is none that was lost.
        $result.Quarters[3].Handles | Should -BeLessOrEqual ($result.Quarters[0].Handles + 40)
    }
}
