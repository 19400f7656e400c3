using LivCloud.Core;

namespace LivCloud.Migration.Steering;

/// <summary>What can be done about a move that is about to miss a goal, the gentlest first.</summary>
public enum SteeringStep
{
    /// <summary>Nothing: it does well, or what was done last needs time.</summary>
    Stay,

    /// <summary>It no longer leaves the path to others.</summary>
    Hurry,

    /// <summary>The guest is slowed, by half of its processors' time at most.</summary>
    Slow,

    /// <summary>The guest goes on at the destination before all its memory is there.</summary>
    PostCopy,

    /// <summary>The guest is slowed as far as needed; only of a move that is forced.</summary>
    SlowMore,

    /// <summary>It is rolled back.</summary>
    GiveUp,
}

/// <summary>A step, and why.</summary>
/// <param name="Step">What is done.</param>
/// <param name="Reason">Why, as a clause; empty when nothing is done.</param>
/// <param name="Failure">Why it is given up; null otherwise.</param>
public sealed record SteeringDecision(SteeringStep Step, string Reason = "", Failure? Failure = null);
