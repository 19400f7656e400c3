using LivCloud.Core;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>
/// A process that a migration needs is killed when the guest runs at the destination and the source does not know of it yet. The destination's
/// emulator is none of them: killed now, it is a VM that crashed and not a migration that failed.
/// </summary>
[Collection(nameof(SecondFailureLab))]
public sealed class KilledLateTests(FailureLab lab, ITestOutputHelper output)
{
    [LabTheory]
    [InlineData("destination agent")]
    [InlineData("destination libvirtd")]
    [InlineData("source agent")]
    [InlineData("source libvirtd")]
    public Task One_copy_goes_on_when_a_process_is_killed_after_the_guest_runs(string victim) =>
        KilledProcess.LeavesOneCopyAsync(lab, output, MigrationPhase.Finishing, victim, obeyed: true);
}
