using LivCloud.Core;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>What must hold when a process that a migration needs is killed: one copy of the VM goes on, and the next attempt succeeds.</summary>
internal static class KilledProcess
{
    /// <param name="lab">Where the VM moves.</param>
    /// <param name="output">The test's.</param>
    /// <param name="phase">When it is killed.</param>
    /// <param name="victim">Whose and which: "source agent".</param>
    /// <param name="obeyed">Whether the destination has done what the phase's call asks of it when the process is killed.</param>
    public static Task LeavesOneCopyAsync(FailureLab lab, ITestOutputHelper output, MigrationPhase phase, string victim, bool obeyed) => lab.RunAsync(output, async () =>
    {
        var words = victim.Split(' ');
        await using (var attempt = await Attempt.StartUntilAsync(lab, phase, obeyed))
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
}
