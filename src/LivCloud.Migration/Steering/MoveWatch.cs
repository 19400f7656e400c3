using LivCloud.Core;
using LivCloud.Migration.Ports;
using LivCloud.Prediction.Outlooks;

namespace LivCloud.Migration.Steering;

/// <summary>Watches a move while the guest still runs at the source: says what it still takes, and what is to be done lest it miss a goal. Pure.</summary>
/// <remarks>
/// All that is allowed is tried, the gentlest first. A move with a deadline is not given up here, for a path that is slow now may be fast again:
/// it goes back when there is just the time for that left (<see cref="MoveDeadline"/>). One without is given up when it would not end.
/// </remarks>
public sealed class MoveWatch
{
    /// <summary>How long nothing is sent until a move counts as stalled.</summary>
    public static readonly TimeSpan StallPatience = TimeSpan.FromSeconds(4);

    // What it takes to see that a goal will be missed, or that a step did not help.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3), SlowPatience = TimeSpan.FromSeconds(15);

    // QEMU slows a guest by a step of ten per cent in two passes, from twenty to fifty.
    private const int SlowPasses = 8;

    // The first passes tell nothing of whether there will be an end.
    private const int TellingPasses = 3;

    private readonly MoveAims _aims;
    private readonly LiveEstimate _estimate;
    private readonly Queue<SteeringStep> _steps;
    private TimeSpan? _missedSince;
    private TimeSpan _lastStepAt;
    private SteeringStep _lastStep = SteeringStep.Stay;
    private int _lastStepPass;

    /// <summary>Begins.</summary>
    public MoveWatch(MoveAims aims)
    {
        ArgumentNullException.ThrowIfNull(aims);
        (_aims, _estimate) = (aims, new LiveEstimate(aims));
        _steps = new Queue<SteeringStep>(Allowed(aims));
    }

    /// <summary>What the VM was seen to do; null while that is not known.</summary>
    public VmLoad? Load
    {
        get => _estimate.Load;
        set => _estimate.Load = value;
    }

    /// <summary>Looks at the move.</summary>
    public (LiveOutlook Outlook, SteeringDecision Decision) Look(MoveSight sight)
    {
        ArgumentNullException.ThrowIfNull(sight);
        var outlook = _estimate.Look(sight);
        return (outlook, Decide(sight, outlook));
    }

    private static IEnumerable<SteeringStep> Allowed(MoveAims aims)
    {
        if (aims.Goals.Priority is null)
        {
            yield return SteeringStep.Hurry;
        }

        yield return SteeringStep.Slow;
        if (aims.Goals.AllowsPostCopy)
        {
            yield return SteeringStep.PostCopy;
        }
        else if (aims.Goals.IsForced)
        {
            yield return SteeringStep.SlowMore;
        }
    }

    private SteeringDecision Decide(MoveSight sight, LiveOutlook outlook)
    {
        var timeLeft = _aims.Goals.Deadline - sight.Elapsed;
        if (Chosen(sight) is { } chosen)
        {
            return Take(chosen, sight, "that was planned");
        }

        if (Miss(sight, outlook, timeLeft) is not { } miss)
        {
            _missedSince = null;
            return new SteeringDecision(SteeringStep.Stay);
        }

        _missedSince ??= sight.Elapsed;
        var since = sight.Elapsed - (_missedSince > _lastStepAt ? _missedSince.Value : _lastStepAt);
        if (since < Patience || !HasSlowed(sight, since, timeLeft))
        {
            return new SteeringDecision(SteeringStep.Stay);
        }

        if (_steps.TryPeek(out var next))
        {
            // While disks are copied, and in the first pass, a slower guest would be of no use.
            return next is SteeringStep.Slow or SteeringStep.SlowMore && sight.Progress.Iteration < 2 ? new SteeringDecision(SteeringStep.Stay) : Take(next, sight, miss);
        }

        return timeLeft is null && !_aims.Goals.IsForced && since >= SlowPatience
            ? GiveUp(FailureCode.WouldNotEnd, $"{_aims.Vm} could not be moved to {_aims.Destination} because it writes to its memory faster than the path carries.",
                "Move it when it is less busy or over a faster path; --force slows it as far as needed.")
            : new SteeringDecision(SteeringStep.Stay);
    }

    /// <summary>Whether a guest that is being slowed is so by now; with a deadline there is no time to see.</summary>
    private bool HasSlowed(MoveSight sight, TimeSpan since, TimeSpan? timeLeft) =>
        _lastStep is not (SteeringStep.Slow or SteeringStep.SlowMore) || timeLeft is not null || (since >= SlowPatience && sight.Progress.Iteration >= _lastStepPass + SlowPasses);

    /// <summary>The step that was planned, once it is due.</summary>
    private SteeringStep? Chosen(MoveSight sight)
    {
        SteeringStep? planned = _aims.Strategy switch
        {
            Strategy.PreCopy => null,
            Strategy.AutoConverge => SteeringStep.Slow,
            Strategy.PostCopy => SteeringStep.PostCopy,
        };
        return planned is { } step && sight.Progress.Iteration >= 2 && _steps.Contains(step) ? step : null;
    }

    private static string? Miss(MoveSight sight, LiveOutlook outlook, TimeSpan? timeLeft) => (outlook, timeLeft) switch
    {
        (_, null) when !sight.IsConnected || outlook.StalledFor is not null => null,
        ({ Ends: false }, _) when timeLeft is not null || sight.Progress.Iteration >= TellingPasses => "the guest writes to its memory faster than the path carries",
        ({ Remaining: { } remaining }, { } left) when remaining > left => $"it takes about {Duration.Format(remaining)} more, and {Duration.Format(left)} are left",
        ({ StalledFor: not null }, not null) => "nothing is sent",
        _ => null,
    };

    private SteeringDecision Take(SteeringStep step, MoveSight sight, string reason)
    {
        while (_steps.TryDequeue(out var gentler) && gentler != step)
        {
        }

        (_lastStep, _lastStepAt, _lastStepPass) = (step, sight.Elapsed, sight.Progress.Iteration);
        return new SteeringDecision(step, reason);
    }

    private static SteeringDecision GiveUp(FailureCode code, string message, string remedy) => new(SteeringStep.GiveUp, message, new Failure(code, message, remedy));
}
