using LivCloud.Core;
using LivCloud.Migration.Destination;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Vms;
using LivCloud.Prediction.Outlooks;

namespace LivCloud.Migration.Source;

/// <summary>Finds out, with the destination's help, whether a move can be made and how its disks get there.</summary>
internal sealed class Planner(EnginePorts ports)
{
    /// <summary>From how many past migrations is learnt.</summary>
    private const int PastMoves = 200;

    /// <summary>How long a VM is looked at before a move.</summary>
    private static readonly TimeSpan LookLength = TimeSpan.FromSeconds(5), ShortLookLength = TimeSpan.FromSeconds(1);

    /// <summary>The VM of that name or UUID, if it can be moved to <paramref name="destination"/> at all.</summary>
    /// <exception cref="FailureException">The VM or the host is not known, or the host is this one.</exception>
    public async Task<VmFacts> FindAsync(string nameOrUuid, HostName destination, CancellationToken cancellationToken)
    {
        if (destination == ports.Self)
        {
            throw new FailureException(FailureCode.SameHost, $"{nameOrUuid} can not be moved to {destination} because it is there already.",
                "Name another host; `livcloud host list` shows them.");
        }

        if (!ports.Channels.Knows(destination))
        {
            throw new FailureException(FailureCode.UnknownHost, $"{nameOrUuid} can not be moved to {destination} because {ports.Self} knows no host of that name.",
                $"Add it to the peers in agent.yaml on {ports.Self}; `livcloud host list` shows those that are known.");
        }

        return await ports.Hypervisor.DescribeAsync(nameOrUuid, cancellationToken).ConfigureAwait(false)
            ?? throw new FailureException(FailureCode.UnknownVm, $"{ports.Self} has no VM named {nameOrUuid}.", "`livcloud vm list` shows those it has.");
    }

    /// <summary>Makes all checks; with <paramref name="reserve"/> the destination holds what the VM needs if all pass.</summary>
    public async Task<PlanOutcome> PlanAsync(
        MigrationId id, VmFacts vm, HostName destination, MigrationGoals goals, bool reserve, CancellationToken cancellationToken)
    {
        var own = SourceChecks.Evaluate(vm, ports.Self, goals);
        if (own.Any(check => !check.Passed))
        {
            return new PlanOutcome(vm, own, [], Channel: null);
        }

        var channel = await ports.Channels.ConnectAsync(destination, goals.Transport, cancellationToken).ConfigureAwait(false);
        var probes = await ports.Storage.PlaceProbesAsync(id, vm, cancellationToken).ConfigureAwait(false);
        try
        {
            var request = new ReservationRequest { Id = id, Vm = vm, Storage = goals.Storage, Probes = probes };
            var answer = reserve
                ? await channel.ReserveAsync(request, cancellationToken).ConfigureAwait(false)
                : await channel.AppraiseAsync(request, cancellationToken).ConfigureAwait(false);
            var downtime = DowntimeGoal.Check(goals.MaxDowntime, channel.RoundTrip, answer.CopiedDisks.Count > 0);
            return new PlanOutcome(vm, [.. own, .. answer.Checks, downtime], answer.CopiedDisks, channel);
        }
        finally
        {
            ports.Storage.RemoveProbes(probes);
        }
    }

    /// <summary>Measures the VM and the path, and says what the move would take.</summary>
    /// <param name="plan">A plan to whose checks the destination has answered.</param>
    /// <param name="destination">Where it would go.</param>
    /// <param name="goals">What the user wants.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The plan with what was found; as it was when the VM's memory can not be looked at.</returns>
    public async Task<PlanOutcome> ForeseeAsync(PlanOutcome plan, HostName destination, MigrationGoals goals, CancellationToken cancellationToken)
    {
        if (plan.Obstacle is not null || plan.Channel is not { } channel)
        {
            return plan;
        }

        // Together: it takes as long as the longer, and the guest is as busy with one as with both.
        var looking = ports.Gauge.MeasureAsync(plan.Vm, LookLength, cancellationToken);
        var probing = channel.MeasurePathAsync(goals.MaxBandwidth, cancellationToken);
        await Task.WhenAll(looking, probing).ConfigureAwait(false);
        return Foresee(plan, destination, goals, await probing.ConfigureAwait(false), await looking.ConfigureAwait(false));
    }

    /// <summary>Says what a move that begins now will take, from what is known of the path and a short look at the VM.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="goals">What the user wants.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>null when too little is known.</returns>
    public async Task<Outlook?> ForeseeQuicklyAsync(PlanOutcome plan, HostName destination, MigrationGoals goals, CancellationToken cancellationToken) =>
        plan.Channel?.KnownPath is { } path
            ? Foresee(plan, destination, goals, path, await ports.Gauge.MeasureAsync(plan.Vm, ShortLookLength, cancellationToken).ConfigureAwait(false)).Outlook
            : null;

    private PlanOutcome Foresee(PlanOutcome plan, HostName destination, MigrationGoals goals, PathMeasure path, VmLoad? load) => plan with
    {
        Path = path,
        Load = load,
        Outlook = load is null ? null : Foresight.Look(plan.Vm, load, plan.CopiedDisks, path, goals, Foresight.Learn(ports.Journal.List(PastMoves), plan.Vm.Uuid, ports.Self, destination)),
    };
}
