using LivCloud.Api;
using LivCloud.Core;
using LivCloud.Lab.Guests;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>What becomes of the image at the source once the VM has left it.</summary>
[Collection(nameof(FailureLab))]
public sealed class SourceDiskTests(FailureLab lab, ITestOutputHelper output)
{
    [LabFact]
    public Task The_image_is_kept_renamed_or_deleted_as_the_user_says() => lab.RunAsync(output, async () =>
    {
        var image = LabGuest.ImagePath(lab.Guest.Name);
        foreach (var (mode, left) in new[] { (SourceDisk.Keep, image), (SourceDisk.Rename, $"{image}.moved-"), (SourceDisk.Delete, "") })
        {
            var (source, destination) = await lab.FindAsync();
            using var agent = new AgentClient(source.ApiSocketPath);
            var started = await agent.StartMigrationAsync(new MigrationRequest { Vm = lab.Guest.Name, Destination = destination.Name, SourceDisk = mode });
            var last = started;
            await foreach (var state in agent.WatchMigrationAsync(MigrationId.Parse(started.Id), connection: null, CancellationToken.None))
            {
                last = state;
            }

            Assert.True(last.Phase == MigrationPhase.Completed, last.Failure?.ToString());
            var expected = mode == SourceDisk.Rename ? left + started.Id : left;
            var found = await HostScript.RunAsync(source, $"for i in 1 2 3 4 5 6 7 8 9 10; do ls {image}* 2>/dev/null | grep -qxF '{expected}' && break; sleep 0.2; done; ls {image}* 2>/dev/null || true");
            Assert.Equal(expected, found.Trim());
            await HostScript.RunAsync(source, $"rm -f {image}*");
        }
    });

    [LabFact]
    public Task A_disk_is_copied_to_its_end_over_a_link_on_which_a_cluster_takes_longer_than_the_guest_leaves_it_alone() => lab.RunAsync(output, async () =>
    {
        // A record each 5 ms makes the same cluster of 64 KiB dirty, which takes 65 ms at this rate.
        await using var attempt = await Attempt.StartUntilAsync(lab, MigrationPhase.CopyingDisks);
        await attempt.ReachAsync(MigrationPhase.CopyingDisks, state => state.Progress is { DiskDoneBytes: > 24 << 20 });
        await lab.SlowLinkAsync(8_000_000);
        await attempt.ReachAsync(MigrationPhase.PreCopy).WaitAsync(TimeSpan.FromSeconds(40));
        await lab.HealLinkAsync();
        await attempt.EndAsync();
        output.WriteLine(attempt.Story);
        Assert.True(attempt.Latest.Phase == MigrationPhase.Completed, $"{attempt.Story}: {attempt.Latest.Failure}");
        await Whole.AssertAsync(attempt);
    });
}
