using LivCloud.Api;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>What is said of a move beforehand.</summary>
[Collection(nameof(SecondFailureLab))]
public sealed class PlanTests(FailureLab lab, ITestOutputHelper output)
{
    [LabFact]
    public Task A_plan_says_about_what_the_move_then_takes_and_the_agent_keeps_both() => lab.RunAsync(output, async () =>
    {
        var (source, destination) = await lab.FindAsync();
        using var agent = new AgentClient(source.ApiSocketPath);
        var plan = await agent.PlanAsync(new MigrationRequest { Vm = lab.Guest.Name, Destination = destination.Name });
        Assert.True(plan.Feasible);
        Assert.NotNull(plan.Outlook);
        Assert.NotNull(plan.Load);
        Assert.NotNull(plan.Path);
        output.WriteLine($"{plan.Outlook}\n{plan.Load}\n{string.Join(", ", plan.Load.Dirty)}\n{plan.Path}");

        // The guest has 256 MB, of which most was never used, and writes 5 MB/s to the same 4 MB.
        Assert.InRange(plan.Load.UsedBytes, 16L << 20, 200L << 20);
        Assert.InRange(plan.Load.Dirty[^1].Bytes, 1L << 20, 30L << 20);
        Assert.True(plan.Outlook.Converges);

        await using var attempt = await Attempt.CompleteAsync(lab);
        output.WriteLine(attempt.Story);
        var accuracy = await agent.GetPlanAccuracyAsync();
        var kept = Assert.Single(accuracy.Migrations, one => one.Id == attempt.Latest.Id);
        output.WriteLine($"{kept}\n{accuracy.Time}, {accuracy.Downtime}, {accuracy.Bytes}");
        Assert.InRange(kept.Seconds, kept.PredictedSeconds.P50 / 3, kept.PredictedSeconds.P50 * 3);
        Assert.InRange(kept.Bytes, kept.PredictedBytes.P50 / 3, kept.PredictedBytes.P50 * 3);
    });
}
