using LivCloud.Core;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Ports;
using LivCloud.Migration.PreCopy;
using LivCloud.Migration.Steering;
using LivCloud.Migration.Vms;
using LivCloud.Prediction.Courses;
using LivCloud.Prediction.Outlooks;

namespace LivCloud.Migration.Source;

/// <summary>Says what the move takes, beforehand and while it runs, and does what its goals need.</summary>
internal sealed partial class MigrationRun
{
    private static readonly TimeSpan DeadlineInterval = TimeSpan.FromMilliseconds(200);

    private MoveWatch? _watch;
    private LiveOutlook? _outlook;

    /// <summary>Keeps what was said beforehand.</summary>
    private void Foresee(PlanOutcome plan)
    {
        lock (_lock)
        {
            _watch?.Load = plan.Load;
            if (plan.Choice is { Outlook: var outlook })
            {
                _record = _record with { Modelled = outlook.Modelled, Predicted = new PredictedMove(outlook.TotalSeconds, outlook.PauseSeconds, outlook.Bytes) };
            }
        }
    }

    private async Task ForeseeBesideAsync(Planner planner, PlanOutcome plan, CancellationToken cancellationToken)
    {
        try
        {
            Foresee(await planner.ForeseeBesideAsync(plan, _record.Destination, _record.Goals, cancellationToken).ConfigureAwait(false));
        }
        catch (FailureException failure)
        {
            MigrationLog.NotForeseen(ports.Log, failure, Id);
        }
    }

    private void BeginWatch(VmFacts vm, PlanOutcome plan, DowntimeLimitPolicy limits)
    {
        var watch = new MoveWatch(new MoveAims
        {
            Vm = vm.Name,
            Destination = _record.Destination,
            MemoryBytes = vm.MemoryBytes,
            DiskBytes = plan.DiskBytes,
            Goals = _record.Goals,
            Limits = limits,
            Strategy = plan.Choice is { Verdict: not Verdict.No } choice ? choice.Outlook.Strategy : Strategy.PreCopy,
        });
        lock (_lock)
        {
            watch.Load = plan.Load;
            _watch = watch;
        }
    }

    private async Task SteerAsync(IOutgoingMigration migration, IMigrationChannel channel, JobProgress progress, long sentBytes)
    {
        SteeringDecision decision;
        lock (_lock)
        {
            (_outlook, decision) = _watch!.Look(new MoveSight(ports.Clock.GetElapsedTime(_begun), progress, sentBytes, channel.Links > 0, channel.RoundTrip));
        }

        if (decision.Step == SteeringStep.Stay || _abort.IsCancellationRequested)
        {
            return;
        }

        MigrationLog.Steered(ports.Log, Id, decision.Step, decision.Reason);
        try
        {
            await DoAsync(decision, migration).ConfigureAwait(false);
            lock (_lock)
            {
                _record = _record with { Steps = [.. _record.Steps, new StepEntry(decision.Step, ports.Clock.GetUtcNow(), decision.Reason)] };
            }
        }
        catch (FailureException failure)
        {
            // The next step is tried in its turn.
            MigrationLog.SteeringFailed(ports.Log, failure, Id, decision.Step);
        }
    }

    private async Task DoAsync(SteeringDecision decision, IOutgoingMigration migration)
    {
        switch (decision.Step)
        {
            case SteeringStep.Stay:
                break;
            case SteeringStep.Hurry:
                lock (_lock)
                {
                    SetShare(_share with { Priority = TrafficPriority.Normal });
                }

                break;
            case SteeringStep.Slow:
                await migration.SlowGuestAsync(MoveGoals.MostThrottle, _stop.Token).ConfigureAwait(false);
                break;
            case SteeringStep.SlowMore:
                await migration.SlowGuestAsync(AutoConvergeModel.MostThrottle, _stop.Token).ConfigureAwait(false);
                break;
            case SteeringStep.GiveUp:
                TryAbort(decision.Failure!);
                break;
        }
    }

    /// <summary>Lets the move go back in time to have done so by its deadline, whatever it waits for.</summary>
    private async Task KeepDeadlineAsync(TimeSpan deadline, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            // Before there is a channel there is nothing to undo at the destination.
            TimeSpan? roundTrip = _channel switch { null => TimeSpan.Zero, { Links: > 0 } channel => channel.RoundTrip, _ => null };
            if (MoveDeadline.TimeLeft(deadline, ports.Clock.GetElapsedTime(_begun), roundTrip) <= TimeSpan.Zero)
            {
                TryAbort(MoveDeadline.Missed(_record.Vm, _record.Destination, deadline, _outlook?.Remaining));
                return;
            }

            await Task.Delay(DeadlineInterval, ports.Clock, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void TryAbort(Failure reason)
    {
        try
        {
            Abort(reason);
        }
        catch (FailureException)
        {
            // The guest is changing hands: it ends within moments.
        }
    }
}
