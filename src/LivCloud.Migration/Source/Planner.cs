using LivCloud.Core;
using LivCloud.Migration.Destination;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Vms;

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

    /// <summary>Measures the VM and the path, and says what the move would take and by which strategy it should be made.</summary>
    /// <param name="plan">A plan to whose checks the destination has answered.</param>
    /// <param name="destination">Where it would go.</param>
    /// <param name="goals">What the user wants.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The plan with what was found; as it was when the VM's memory can not be looked at.</returns>
    public Task<PlanOutcome> ForeseeAsync(PlanOutcome plan, HostName destination, MigrationGoals goals, CancellationToken cancellationToken) =>
        MeasureAsync(plan, destination, goals, LookLength, cancellationToken);

    /// <summary>So too, of a move that begins now and waits for it: the VM is looked at for a shorter time, and what was measured lately is not measured again.</summary>
    public Task<PlanOutcome> ForeseeSoonAsync(PlanOutcome plan, HostName destination, MigrationGoals goals, CancellationToken cancellationToken) =>
        MeasureAsync(plan, destination, goals, ShortLookLength, cancellationToken);

    /// <summary>Says it of a move that has begun and waits for nothing, from what is known of the path and a short look at the VM.</summary>
    /// <returns>The plan with what was found; without an outlook when too little is known.</returns>
    public async Task<PlanOutcome> ForeseeBesideAsync(PlanOutcome plan, HostName destination, MigrationGoals goals, CancellationToken cancellationToken)
    {
        var load = await ports.Gauge.MeasureAsync(plan.Vm, ShortLookLength, cancellationToken).ConfigureAwait(false);
        return Foresee(plan, destination, goals, plan.Channel?.KnownPath, load);
    }

    private async Task<PlanOutcome> MeasureAsync(PlanOutcome plan, HostName destination, MigrationGoals goals, TimeSpan look, CancellationToken cancellationToken)
    {
        if (plan.Obstacle is not null || plan.Channel is not { } channel)
        {
            return plan;
        }

        // Together: it takes as long as the longer, and the guest is as busy with one as with both.
        var looking = ports.Gauge.MeasureAsync(plan.Vm, look, cancellationToken);
        var probing = channel.MeasurePathAsync(goals.MaxBandwidth, cancellationToken);
        await Task.WhenAll(looking, probing).ConfigureAwait(false);
        var foreseen = Foresee(plan, destination, goals, await probing.ConfigureAwait(false), await looking.ConfigureAwait(false));
        return foreseen.Choice is { } choice ? foreseen with { Checks = [.. foreseen.Checks, Foresight.Check(plan.Vm.Name, destination, choice, goals)] } : foreseen;
    }

    private PlanOutcome Foresee(PlanOutcome plan, HostName destination, MigrationGoals goals, PathMeasure? path, VmLoad? load) => plan with
    {
        Path = path,
        Load = load,
        Choice = load is null || path is null
            ? null
            : Foresight.Choose(plan.Vm, load, plan.CopiedDisks, path, goals, Foresight.Learn(ports.Journal.List(PastMoves), plan.Vm.Uuid, ports.Self, destination)),
    };
}
