using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Tests;

public sealed class PlanTests
{
    private static readonly MoveParts Parts = new() { PreparingSeconds = 1, DisksSeconds = 0, MemorySeconds = 45, PauseSeconds = 0.13, FinishingSeconds = 1, Bytes = 1L << 30 };

    private static readonly Plan Plan = new()
    {
        Vm = "web1",
        Source = "alpha",
        Destination = "beta",
        Feasible = true,
        Verdict = PlanVerdict.Go,
        Storage = StorageMode.Shared,
        MemoryBytes = 2L << 30,
        DiskBytes = 0,
        Checks = [new PlanCheck { Name = "memory", Passed = true, Detail = "12 GiB are free." }],
        Path = new PathLoad(DateTimeOffset.UnixEpoch, 187_500_000, 50.24, 0.1),
        Load = new VmLoad
        {
            At = DateTimeOffset.UnixEpoch,
            Dirty = [new DirtyMemory(0.2, 1 << 20), new DirtyMemory(5, 32L << 20)],
            UsedBytes = 1L << 30,
            CompressedShare = 0.5,
            DiskBytesPerSecond = 0,
        },
        Outlook = new Outlook
        {
            Strategy = PlanStrategy.PreCopy,
            ThrottlePct = 0,
            MissingSeconds = 0,
            Converges = true,
            ConvergesSurely = true,
            Seconds = new Quantiles(48.2, 61.3),
            DowntimeMs = new Quantiles(130, 190),
            Bytes = new Quantiles(1L << 30, 1.25 * (1L << 30)),
            Modelled = Parts,
        },
    };

    [Fact]
    public async Task A_plan_says_what_was_seen_and_what_the_move_takes()
    {
        var output = await PlanAsync(Plan);
        Assert.Contains("  path     187.5 Mbit/s, round trip 50.2 ms\n", output, StringComparison.Ordinal);
        Assert.Contains("  guest    uses 1 GiB of its memory and wrote to 32 MiB of it in 5 s\n", output, StringComparison.Ordinal);
        Assert.Contains("  time     48.2 s (in nine cases of ten less than 61.3 s)\n", output, StringComparison.Ordinal);
        Assert.Contains("  pause    130 ms (less than 190 ms)\n", output, StringComparison.Ordinal);
        Assert.Contains("  to send  1 GiB (less than 1.25 GiB)\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_move_that_would_not_end_is_told_of()
    {
        var output = await PlanAsync(Plan with { Outlook = Plan.Outlook! with { Converges = false, ConvergesSurely = false } });
        Assert.Contains("it would not end", output, StringComparison.Ordinal);
        Assert.DoesNotContain("  time ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_should_know_of_a_move_is_said_before_the_verdict()
    {
        var output = await PlanAsync(Plan with
        {
            Verdict = PlanVerdict.GoWithConditions,
            Conditions = ["The guest is slowed by up to 30 %."],
            Outlook = Plan.Outlook! with { Strategy = PlanStrategy.AutoConverge, ThrottlePct = 30 },
        });
        Assert.Contains("  moved    in passes, with a guest that is slowed by up to 30 % (auto-converge)\n", output, StringComparison.Ordinal);
        Assert.Contains("  mind     The guest is slowed by up to 30 %.\nGo, with what to mind: the migration would be started.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forced_move_is_said_to_be_one() =>
        Assert.Contains("No, but the migration would be tried", await PlanAsync(Plan with { Verdict = PlanVerdict.No }), StringComparison.Ordinal);

    [Fact]
    public async Task A_plan_without_a_VM_or_a_host_is_refused()
    {
        using var run = new CommandRun("/nowhere");
        Assert.Equal(ExitCode.Usage, await run.RunAsync("plan", "web1"));
        Assert.Equal(ExitCode.Usage, await run.RunAsync("plan", "--to", "beta"));
        Assert.Contains("A plan needs a VM and --to HOST.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_accuracy_is_a_table_and_a_line_for_each_figure()
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.Accuracy = new PlanAccuracy
        {
            Time = new FigureAccuracy(7.4, 92),
            Downtime = new FigureAccuracy(21, 90),
            Bytes = new FigureAccuracy(3, 100),
            Migrations =
            [
                new PredictedMigration
                {
                    Id = Samples.Id,
                    Vm = "web1",
                    Destination = "beta",
                    EndedAt = DateTimeOffset.UnixEpoch,
                    PredictedSeconds = new Quantiles(48.2, 61.3),
                    Seconds = 50,
                    PredictedDowntimeMs = new Quantiles(130, 190),
                    DowntimeMs = 120,
                    PredictedBytes = new Quantiles(1L << 30, 2L << 30),
                    Bytes = 1L << 30,
                    Modelled = Parts,
                    Actual = Parts,
                },
            ],
        };
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync("plan", "accuracy"));
        Assert.Contains("web1", run.Output, StringComparison.Ordinal);
        Assert.Contains("time   median error 7 %, 92 % within", run.Output, StringComparison.Ordinal);

        agent.Accuracy = agent.Accuracy with { Migrations = [] };
        Assert.Equal(ExitCode.Success, await run.RunAsync("plan", "accuracy"));
        Assert.Contains("Nothing was predicted", run.Output, StringComparison.Ordinal);
    }

    private static async Task<string> PlanAsync(Plan plan)
    {
        await using var agent = await AgentPeer.StartAsync();
        agent.Plan = plan;
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Success, await run.RunAsync("plan", "web1", "--to", "beta"));
        return run.Output;
    }
}
