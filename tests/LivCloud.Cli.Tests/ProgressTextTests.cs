using LivCloud.Cli.Following;
using LivCloud.Core;

namespace LivCloud.Cli.Tests;

public sealed class ProgressTextTests
{
    private static readonly DateTimeOffset Now = Samples.RequestedAt.AddSeconds(8.5);

    [Fact]
    public void The_block_shows_disk_memory_and_rates()
    {
        Assert.Equal(
            [
                "web1: alpha -> beta  copying disks, 8.5 s",
                "disk    [###############...............]  50%  512 MiB of 1 GiB",
                "memory  [######################........]  75%  pass 2, 128 MiB left",
                "rate    412 Mbit/s, dirty 12 MiB/s",
            ],
            ProgressText.Block(Samples.Migration(MigrationPhase.CopyingDisks, Samples.Progress()), Now, null));
    }

    [Fact]
    public void Shared_disks_have_no_bar()
    {
        var migration = Samples.Migration(MigrationPhase.PreCopy, Samples.Progress() with { DiskTotalBytes = 0, DiskDoneBytes = 0 });
        Assert.DoesNotContain(ProgressText.Block(migration, Now, null), line => line.StartsWith("disk", StringComparison.Ordinal));
    }

    [Fact]
    public void A_lost_link_takes_the_place_of_the_rates()
    {
        var migration = Samples.Migration(MigrationPhase.PreCopy, Samples.Progress(links: 0));
        var lost = TimeSpan.FromSeconds(3);
        Assert.Equal("link    link lost, waiting (for 3.0 s; rolled back when the hold time is over)", ProgressText.Block(migration, Now, lost)[^1]);
        var known = migration with { Progress = migration.Progress! with { HoldRemainingSeconds = 117 } };
        Assert.Equal("link    link lost, waiting (117.0 s of the hold time left)", ProgressText.Block(known, Now, lost)[^1]);
    }

    [Fact]
    public void Odd_figures_stay_in_the_bar()
    {
        var odd = Samples.Progress() with { DiskDoneBytes = 2L << 30, MemoryRemainingBytes = 1L << 40, MemoryTotalBytes = 0 };
        var lines = ProgressText.Block(Samples.Migration(MigrationPhase.PreCopy, odd), Samples.RequestedAt.AddSeconds(-5), null);
        Assert.Contains("100%", lines[1], StringComparison.Ordinal);
        Assert.Contains("  0%", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("0 ms", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_gets_the_block_and_the_notices()
    {
        var error = new StringWriter();
        var display = new LiveDisplay(error);
        await display.RunAsync(() =>
        {
            display.Notice("Aborting.");
            display.Show(Samples.Migration(MigrationPhase.PreCopy, Samples.Progress()), Now, null);
            return Task.FromResult(0);
        });
        Assert.Contains("pass 2, 128 MiB left", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Aborting.", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_phase_has_words()
    {
        Assert.All(Enum.GetValues<MigrationPhase>(), phase => Assert.NotEqual("", ProgressText.PhaseName(phase)));
    }
}
