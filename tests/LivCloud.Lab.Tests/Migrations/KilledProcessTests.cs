using LivCloud.Core;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>A process that a migration needs is killed in each of its phases, before the destination has run the guest.</summary>
[Collection(nameof(FailureLab))]
public sealed class KilledProcessTests(FailureLab lab, ITestOutputHelper output)
{
    public static TheoryData<MigrationPhase, string> Rows { get; } = MakeRows();

    [LabTheory]
    [MemberData(nameof(Rows))]
    public Task One_copy_goes_on_when_a_process_is_killed(MigrationPhase phase, string victim) =>
        KilledProcess.LeavesOneCopyAsync(lab, output, phase, victim, obeyed: false);

    private static TheoryData<MigrationPhase, string> MakeRows()
    {
        var rows = new TheoryData<MigrationPhase, string>();
        foreach (var phase in new[] { MigrationPhase.Preparing, MigrationPhase.CopyingDisks, MigrationPhase.PreCopy, MigrationPhase.SwitchOver, MigrationPhase.Finishing })
        {
            foreach (var victim in new[] { "destination agent", "destination qemu", "destination libvirtd", "source agent", "source libvirtd" })
            {
                // While it prepares, the destination has no emulator yet.
                if (phase != MigrationPhase.Preparing || victim != "destination qemu")
                {
                    rows.Add(phase, victim);
                }
            }
        }

        return rows;
    }
}
