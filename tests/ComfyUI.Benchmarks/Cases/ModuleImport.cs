using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;

namespace ComfyUI.Benchmarks;

/// <summary>Import-Module in fresh processes: this module, and one that is empty.</summary>
internal sealed class ModuleImport : BenchmarkCase
{
    internal override string Name => "import";

    internal override string Title => "Import-Module in a fresh pwsh";

    internal override IReadOnlyList<string> Contenders => ["cmdlets", "rest"];

    internal override string TitleOf(Contender contender) => contender.Name == "cmdlets" ? "This module" : "An empty binary module";

    internal override int Rounds(BenchmarkContext context) => context.Times(3 * context.Options.Rounds, smoke: 1);

    internal override async Task PrepareAsync(BenchmarkContext context)
    {
        if (context.Finder.PowerShell is not null)
        {
            await FreshPowerShell.RunAsync(context, "empty_module.ps1", context.Workspace.Sub("EmptyModule"));
        }
    }

    internal override async Task<Measurement> MeasureAsync(BenchmarkContext context, Contender contender)
    {
        string module = contender.Name == "cmdlets"
            ? Path.Combine(BenchmarkOptions.RepositoryRoot, "ComfyUI.psd1")
            : Path.Combine(context.Workspace.Sub("EmptyModule"), "EmptyModule.psd1");
        return new Measurement(double.Parse(await FreshPowerShell.RunAsync(context, "import.ps1", module), CultureInfo.InvariantCulture));
    }

    internal override IEnumerable<Verdict> Judge(CaseResult result)
    {
        double? above = result.Median("cmdlets") - result.Median("rest");
        yield return new Verdict("≤ 40 ms above an empty binary module", above is null ? null : Show(above.Value) + " ms above", above is null ? null : above <= 40);
    }
}
