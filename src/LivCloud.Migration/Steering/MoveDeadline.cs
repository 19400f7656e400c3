using LivCloud.Core;

namespace LivCloud.Migration.Steering;

/// <summary>When a move must go back so that it has done so by its deadline.</summary>
public static class MoveDeadline
{
    /// <summary>What going back takes at both ends, and how many exchanges with the destination.</summary>
    private const int Exchanges = 10;
    private static readonly TimeSpan Cost = TimeSpan.FromSeconds(2);

    /// <summary>Without a link, the destination is given so long to be heard of.</summary>
    private static readonly TimeSpan Unconnected = TimeSpan.FromSeconds(15);

    /// <summary>How long the move may still go forward.</summary>
    /// <param name="deadline">When it is to be over, from its request on.</param>
    /// <param name="elapsed">How long ago it was asked for.</param>
    /// <param name="roundTrip">The path's round trip; null while the destination can not be reached.</param>
    public static TimeSpan TimeLeft(TimeSpan deadline, TimeSpan elapsed, TimeSpan? roundTrip) =>
        deadline - elapsed - (roundTrip is { } time ? Cost + (Exchanges * time) : Unconnected);

    /// <summary>Why it goes back.</summary>
    /// <param name="vm">The VM's name.</param>
    /// <param name="destination">Where it does not get to.</param>
    /// <param name="deadline">When it was to be over.</param>
    /// <param name="remaining">What it would take still; null when that is not known.</param>
    public static Failure Missed(string vm, HostName destination, TimeSpan deadline, TimeSpan? remaining) => new(
        FailureCode.GoalMissed,
        $"{vm} could not be moved to {destination} within {Duration.Format(deadline)}{(remaining is { } more ? $": about {Duration.Format(more)} more were needed" : "")}.",
        "Give it more time, or a faster path.");
}
