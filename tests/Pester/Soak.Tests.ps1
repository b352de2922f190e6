BeforeAll { $result = & $PSScriptRoot/../Soak/soak.ps1 -Jobs 160 -Runspaces 16 -Seed 5 -Rate 0.1 }

Describe 'Many jobs over one session, from 16 runspaces, through a proxy that breaks things' {
    It 'accounts for each job once' {
        $result.Jobs | Should -Be 160
        $result.Wrong | Should -BeNullOrEmpty
        $result.Doubled | Should -Be 0
    }

    It 'holds no more handles at the end than at half-time' {
        # A connection that is being opened or closed at that moment is none that was lost.
        $result.End.Handles | Should -BeLessOrEqual ($result.HalfTime.Handles + 40)
    }
}
