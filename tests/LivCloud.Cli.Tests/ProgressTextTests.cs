using LivCloud.Api;
using LivCloud.Cli.Following;
using LivCloud.Core;

namespace LivCloud.Cli.Tests;

public sealed class ProgressTextTests
{
    private static readonly TimeSpan Elapsed = TimeSpan.FromSeconds(8.5);

    [Fact]
    public void The_block_shows_disk_memory_and_rates()
    {
        Assert.Equal(
            [
                "web1: alpha -> beta  copying disks, 8.5 s",
                "disk    [###############...............]  50%  512 MiB of 1 GiB, empty parts included",
                "memory  [######################........]  75%  pass 2, 128 MiB left",
                "rate    412 Mbit/s, dirty 12 MiB/s",
            ],
            ProgressText.Block(Samples.Migration(MigrationPhase.CopyingDisks, Samples.Progress()), Elapsed));
    }

    [Fact]
    public void Shared_disks_have_no_bar()
    {
        var migration = Samples.Migration(MigrationPhase.PreCopy, Samples.Progress() with { DiskTotalBytes = 0, DiskDoneBytes = 0 });
        Assert.DoesNotContain(ProgressText.Block(migration, Elapsed), line => line.StartsWith("disk", StringComparison.Ordinal));
    }

    [Fact]
    public void A_lost_link_takes_the_place_of_the_rates()
    {
        var migration = Samples.Migration(MigrationPhase.PreCopy, Samples.Progress(links: 0));
        Assert.Equal("link    link lost, waiting until the hold time is over", ProgressText.Block(migration, Elapsed)[^1]);
        var known = migration with { Progress = migration.Progress! with { HoldRemainingSeconds = 117 } };
        Assert.Equal("link    link lost, waiting (117.0 s of the hold time left)", ProgressText.Block(known, Elapsed)[^1]);
        Assert.EndsWith("128 MiB left, link lost, waiting (117.0 s of the hold time left)", ProgressText.Line(known, Elapsed), StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_destination_is_told_before_the_link_is_given_up()
    {
        var well = Samples.Migration(MigrationPhase.PreCopy, Samples.Progress() with { SilentSeconds = 2.5 });
        Assert.EndsWith("412 Mbit/s, dirty 12 MiB/s", ProgressText.Line(well, Elapsed), StringComparison.Ordinal);
        var silent = well with { Progress = well.Progress! with { SilentSeconds = 4 } };
        Assert.EndsWith("128 MiB left, nothing comes from beta (4.0 s)", ProgressText.Line(silent, Elapsed), StringComparison.Ordinal);
    }

    [Fact]
    public void Rates_are_told_only_while_something_is_sent()
    {
        var nothing = new MigrationProgress
        {
            DiskTotalBytes = 0,
            DiskDoneBytes = 0,
            MemoryTotalBytes = 0,
            MemoryRemainingBytes = 0,
            Iteration = 0,
            BitsPerSecond = 0,
            DirtyBytesPerSecond = 0,
            Links = 1,
        };
        Assert.Equal("8.5 s: preparing", ProgressText.Line(Samples.Migration(MigrationPhase.Preparing, nothing), Elapsed));
        Assert.Equal("8.5 s: rolling back", ProgressText.Line(Samples.Migration(MigrationPhase.RollingBack, nothing with { Links = 0, HoldRemainingSeconds = 9 }), Elapsed));
        Assert.Equal("8.5 s: copying disks, 0 bit/s", ProgressText.Line(Samples.Migration(MigrationPhase.CopyingDisks, nothing), Elapsed));
    }

    [Fact]
    public void What_it_takes_still_is_told_as_soon_as_it_is_known()
    {
        var progress = Samples.Progress() with { RemainingSeconds = 12.34 };
        Assert.EndsWith(", about 12.3 s left", ProgressText.Line(Samples.Migration(MigrationPhase.PreCopy, progress), Elapsed), StringComparison.Ordinal);
        Assert.Contains("time    about 12.3 s left, guest slowed by 30 %", ProgressText.Block(Samples.Migration(MigrationPhase.PreCopy, progress with { ThrottlePct = 30 }), Elapsed));
        Assert.EndsWith("nothing was sent for 6.0 s", ProgressText.Line(Samples.Migration(MigrationPhase.PreCopy, progress with { StalledSeconds = 6 }), Elapsed), StringComparison.Ordinal);
        Assert.Contains("no end in sight", ProgressText.Line(Samples.Migration(MigrationPhase.PreCopy, progress with { RemainingSeconds = null, Ends = false }), Elapsed), StringComparison.Ordinal);
    }

    [Fact]
    public void Odd_figures_stay_in_the_bar()
    {
        var odd = Samples.Progress() with { DiskDoneBytes = 2L << 30, MemoryRemainingBytes = 1L << 40, MemoryTotalBytes = 0 };
        var lines = ProgressText.Block(Samples.Migration(MigrationPhase.PreCopy, odd), Elapsed);
        Assert.Contains("100%", lines[1], StringComparison.Ordinal);
        Assert.Contains("  0%", lines[2], StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, ProgressText.Elapsed(Samples.Migration(MigrationPhase.PreCopy), Samples.RequestedAt.AddSeconds(-5)));
    }

    [Fact]
    public async Task A_terminal_gets_the_block_and_the_notices()
    {
        var error = new StringWriter();
        var display = new LiveDisplay(error);
        await display.RunAsync(() =>
        {
            display.Notice("Aborting.");
            display.Show(Samples.Migration(MigrationPhase.PreCopy, Samples.Progress()), Elapsed);
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
