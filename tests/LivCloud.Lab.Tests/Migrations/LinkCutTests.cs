using LivCloud.Core;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>The link between the hosts is cut while a VM is moved from the client's site to the other.</summary>
[Collection(nameof(ThirdFailureLab))]
public sealed class LinkCutTests(FailureLab lab, ITestOutputHelper output)
{
    private static readonly TimeSpan SurvivedCut = TimeSpan.FromSeconds(20);

    [LabTheory]
    [InlineData(MigrationPhase.CopyingDisks)]
    [InlineData(MigrationPhase.PreCopy)]
    public Task A_cut_of_20_s_only_delays_a_migration(MigrationPhase phase) => lab.RunAsync(output, async () =>
    {
        await BringHomeAsync();
        await using var client = await lab.Lab.StartClientAsync(lab.Guest.Name);
        await using var attempt = await Attempt.StartUntilAsync(lab, phase);
        await lab.HealLinkAsync();
        await lab.Link.CutAsync(SurvivedCut);
        attempt.Tell("cut");

        await attempt.EndAsync();

        Assert.True(attempt.Latest.Phase == MigrationPhase.Completed, $"{attempt.Story}: {attempt.Latest.Failure}");
        var seen = await client.StopAsync();
        output.WriteLine($"{attempt.Story}; {seen}");
        Assert.True(seen.Tcp.Survived, seen.Tcp.Error);
        Assert.InRange(seen.Probe.LongestGapMs, 0, 3000);
        await Whole.AssertAsync(attempt);
    });

    [LabTheory]
    [InlineData(MigrationPhase.CopyingDisks)]
    [InlineData(MigrationPhase.PreCopy)]
    [InlineData(MigrationPhase.SwitchOver)]
    [InlineData(MigrationPhase.Finishing)]
    public Task A_cut_beyond_the_hold_time_leaves_the_VM_at_the_source(MigrationPhase phase) => lab.RunAsync(output, async () =>
    {
        await BringHomeAsync();
        await lab.SetHoldTimeAsync(TimeSpan.FromSeconds(4));
        try
        {
            await using (var attempt = await Attempt.StartUntilAsync(lab, phase))
            {
                await lab.Link.CutAsync();
                attempt.Tell("cut");
                if (phase == MigrationPhase.Finishing)
                {
                    await attempt.ReachAsync(MigrationPhase.Stranded);
                    await lab.HealLinkAsync();
                }

                await attempt.EndAsync();
                output.WriteLine(attempt.Story);

                Assert.Equal(MigrationPhase.RolledBack, attempt.Latest.Phase);
                Assert.Equal(FailureCode.LinkLost, attempt.Latest.Failure?.Code);
                await lab.Guest.WaitReadyAsync();
                await lab.HealLinkAsync();
                await Whole.AssertAsync(attempt);
                output.WriteLine(attempt.Story);
            }

            await using var next = await Attempt.CompleteAsync(lab);
            output.WriteLine(next.Story);
        }
        finally
        {
            await lab.HealLinkAsync();
            await lab.SetHoldTimeAsync(FailureLab.HoldTime);
        }
    });

    /// <summary>The client is on h1's site, and reaches the guest there whatever becomes of the link.</summary>
    private async Task BringHomeAsync()
    {
        if ((await lab.FindAsync()).Source.Name != lab.Guest.Spec.Host)
        {
            await using var attempt = await Attempt.CompleteAsync(lab);
        }
    }
}
