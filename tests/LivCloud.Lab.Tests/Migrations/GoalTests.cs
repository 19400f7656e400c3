using System.Diagnostics;
using LivCloud.Api;
using LivCloud.Core;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>What is wanted of a move is refused beforehand, or kept.</summary>
[Collection(nameof(SecondFailureLab))]
public sealed class GoalTests(FailureLab lab, ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    [LabFact]
    public Task A_deadline_that_can_not_be_met_is_refused_and_forced_is_kept_by_going_back() => lab.RunAsync(output, async () =>
    {
        var (source, destination) = await lab.FindAsync();
        using var agent = new AgentClient(source.ApiSocketPath);
        await lab.Guest.WaitReadyAsync();

        // The guest writes four times as fast as this.
        await lab.SlowLinkAsync(10_000_000);

        // Started anew, the agents know nothing of the path as it was before.
        await lab.SetHoldTimeAsync(FailureLab.HoldTime);
        var request = new MigrationRequest { Vm = lab.Guest.Name, Destination = destination.Name, SourceDisk = SourceDisk.Delete, DeadlineSeconds = Deadline.TotalSeconds };
        var plan = await agent.PlanAsync(request);
        output.WriteLine($"{plan.Verdict}: {string.Join(' ', plan.Conditions)} {plan.Outlook}");
        Assert.Equal(PlanVerdict.No, plan.Verdict);
        Assert.False(plan.Feasible);

        var refused = await FollowAsync(agent, await agent.StartMigrationAsync(request));
        output.WriteLine($"{refused.Phase}: {refused.Failure}");
        Assert.True(refused.Failure?.Code is FailureCode.GoalMissed or FailureCode.WouldNotEnd, refused.Failure?.Message);
        Assert.DoesNotContain(refused.Report!.Phases, phase => phase.Name == MigrationPhase.Preparing);

        var time = Stopwatch.StartNew();
        var forced = await FollowAsync(agent, await agent.StartMigrationAsync(request with { Force = true }));
        output.WriteLine($"{forced.Phase} after {time.Elapsed.TotalSeconds:0.0} s: {forced.Failure}; {string.Join(", ", forced.Report!.Steps)}");
        Assert.Equal(MigrationPhase.RolledBack, forced.Phase);
        Assert.Equal(FailureCode.GoalMissed, forced.Failure?.Code);
        Assert.InRange(time.Elapsed, Deadline / 2, Deadline);
        Assert.Equal(source, await lab.Guest.FindAsync());
        await lab.Guest.WaitReadyAsync();
    });

    private async Task<Api.Migration> FollowAsync(AgentClient agent, Api.Migration migration)
    {
        var told = "";
        await foreach (var state in agent.WatchMigrationAsync(MigrationId.Parse(migration.Id), connection: null))
        {
            migration = state;
            if (state.Progress is { RemainingSeconds: { } left } && told != state.Phase.ToString())
            {
                told = state.Phase.ToString();
                output.WriteLine($"{told}: about {left:0.0} s left");
            }
        }

        return migration;
    }
}
