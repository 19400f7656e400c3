using LivCloud.Core;
using LivCloud.Migration.Destination;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Source;

/// <summary>Finds out, with the destination's help, whether a move can be made and how its disks get there.</summary>
internal sealed class Planner(HostName self, IHypervisor hypervisor, IStorage storage, IMigrationChannels channels)
{
    /// <summary>The VM of that name or UUID, if it can be moved to <paramref name="destination"/> at all.</summary>
    /// <exception cref="FailureException">The VM or the host is not known, or the host is this one.</exception>
    public async Task<VmFacts> FindAsync(string nameOrUuid, HostName destination, CancellationToken cancellationToken)
    {
        if (destination == self)
        {
            throw new FailureException(FailureCode.SameHost, $"{nameOrUuid} can not be moved to {destination} because it is there already.",
                "Name another host; `livcloud host list` shows them.");
        }

        if (!channels.Knows(destination))
        {
            throw new FailureException(FailureCode.UnknownHost, $"{nameOrUuid} can not be moved to {destination} because {self} knows no host of that name.",
                $"Add it to the peers in agent.yaml on {self}; `livcloud host list` shows those that are known.");
        }

        return await hypervisor.DescribeAsync(nameOrUuid, cancellationToken).ConfigureAwait(false)
            ?? throw new FailureException(FailureCode.UnknownVm, $"{self} has no VM named {nameOrUuid}.", "`livcloud vm list` shows those it has.");
    }

    /// <summary>Makes all checks; with <paramref name="reserve"/> the destination holds what the VM needs if all pass.</summary>
    public async Task<PlanOutcome> PlanAsync(
        MigrationId id, VmFacts vm, HostName destination, MigrationGoals goals, bool reserve, CancellationToken cancellationToken)
    {
        var own = SourceChecks.Evaluate(vm, self, goals);
        if (own.Any(check => !check.Passed))
        {
            return new PlanOutcome(vm, own, [], Channel: null);
        }

        var channel = await channels.ConnectAsync(destination, goals.Transport, cancellationToken).ConfigureAwait(false);
        var probes = await storage.PlaceProbesAsync(id, vm, cancellationToken).ConfigureAwait(false);
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
            storage.RemoveProbes(probes);
        }
    }
}
