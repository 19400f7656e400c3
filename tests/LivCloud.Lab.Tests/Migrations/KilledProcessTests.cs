using LivCloud.Core;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>A process that a migration needs is killed in each of its phases: one copy of the VM goes on, and the next attempt succeeds.</summary>
[Collection(nameof(FailureLab))]
public sealed class KilledProcessTests(FailureLab lab, ITestOutputHelper output)
{
    public static TheoryData<MigrationPhase, string> Rows { get; } = MakeRows();

    [LabTheory]
    [MemberData(nameof(Rows))]
    public Task One_copy_goes_on_when_a_process_is_killed(MigrationPhase phase, string victim) => lab.RunAsync(output, async () =>
    {
        var words = victim.Split(' ');
        await using (var attempt = await Attempt.StartUntilAsync(lab, phase, obeyed: words.Length > 2))
        {
            var host = words[0] == "source" ? attempt.Source : attempt.Destination;
            await host.KillProcessAsync(words[1]);
            attempt.Tell("killed");
            await lab.HealLinkAsync();
            await attempt.EndAsync();
            output.WriteLine(attempt.Story);
            await Whole.AssertAsync(attempt);
            output.WriteLine($"{attempt.Story} {attempt.Latest.Failure?.Code}");
        }

        await using var next = await Attempt.CompleteAsync(lab);
        output.WriteLine(next.Story);
    });

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

        // A destination's emulator that is killed after it has run the guest is a VM that crashed, not a migration that failed.
        foreach (var victim in new[] { "destination agent", "destination libvirtd", "source agent", "source libvirtd" })
        {
            rows.Add(MigrationPhase.Finishing, $"{victim} late");
        }

        return rows;
    }
}
