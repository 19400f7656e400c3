using LivCloud.Core;

namespace LivCloud.Migration.Planning;

/// <summary>How much of a downtime goal is left for memory once the switch-over's own round trips are taken off.</summary>
public static class DowntimeGoal
{
    /// <summary>What the switch-over takes beside its round trips: device state, the emulators' start and stop, libvirt's calls.</summary>
    public static readonly TimeSpan FixedCost = TimeSpan.FromMilliseconds(40);

    /// <summary>The least time that is left for the last memory pass.</summary>
    public static readonly TimeSpan LeastMemoryTime = TimeSpan.FromMilliseconds(10);

    /// <summary>What the pause takes even with no memory left to send.</summary>
    /// <remarks>
    /// Half a round trip for the last state, half for the return path, half for libvirt's Finish call; copied disks add three round trips
    /// (pre-switchover, block jobs completed, device).
    /// </remarks>
    public static TimeSpan SwitchOverCost(TimeSpan roundTrip, bool copiesDisks) => (copiesDisks ? 4.5 : 1.5) * roundTrip + FixedCost;

    /// <summary>The time that the last memory pass may take.</summary>
    /// <param name="goal">The longest pause that is wanted; null: none given.</param>
    /// <param name="roundTrip">The path's round trip.</param>
    /// <param name="copiesDisks">Whether disks are copied.</param>
    /// <returns>null when the goal can not be met even with no memory left to send.</returns>
    public static TimeSpan? MemoryBudget(TimeSpan? goal, TimeSpan roundTrip, bool copiesDisks)
    {
        if (goal is not { } limit)
        {
            return TimeSpan.FromMilliseconds(300);
        }

        var budget = limit - SwitchOverCost(roundTrip, copiesDisks);
        return budget >= LeastMemoryTime ? budget : null;
    }

    /// <summary>The check that a plan shows for the goal.</summary>
    public static CheckResult Check(TimeSpan? goal, TimeSpan roundTrip, bool copiesDisks)
    {
        var cost = SwitchOverCost(roundTrip, copiesDisks);
        if (goal is not { } limit)
        {
            return new CheckResult("downtime", $"The pause takes about {Duration.Format(cost)} on this path.");
        }

        return MemoryBudget(goal, roundTrip, copiesDisks) is not null
            ? new CheckResult("downtime", $"A pause of at most {Duration.Format(limit)} is possible; the path itself takes about {Duration.Format(cost)}.")
            : new CheckResult("downtime",
                $"A pause of at most {Duration.Format(limit)} is not possible: with a round trip of {Duration.Format(roundTrip)} the switch-over alone takes about {Duration.Format(cost)}.",
                FailureCode.GoalMissed,
                $"Use --max-downtime {Math.Ceiling((cost + LeastMemoryTime).TotalMilliseconds):0}ms or more{(copiesDisks ? ", or shared storage" : "")}.");
    }
}
