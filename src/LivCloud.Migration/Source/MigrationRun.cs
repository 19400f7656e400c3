using LivCloud.Core;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Source;

/// <summary>One migration from its request to its end; the only owner of its record.</summary>
/// <remarks>Split by concern: state (this file), moving, the fence at the Finish call, settling.</remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "The token sources have no timer, so there is nothing to release; they may be cancelled after the run has ended.")]
internal sealed partial class MigrationRun(EnginePorts ports, MigrationRecord record, Action tellChange)
{
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan JournalRetry = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly long _begun = ports.Clock.GetTimestamp();
    private MigrationRecord _record = record;
    private MigrationSnapshot _snapshot = new(record, Progress: null, Path: null, BitsPerSecond: 0);
    private TaskCompletionSource _changed = NewSignal();
    private Failure? _abortReason;
    private IMigrationChannel? _channel;
    private PathShare _share = new(record.Goals.MaxBandwidth, record.Goals.Priority ?? TrafficPriority.Background);

    /// <summary>Whether the share is taken; guarded by the lock.</summary>
    private bool _isSending;

    /// <summary>The present state.</summary>
    public MigrationSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Ends at the next change of <see cref="Snapshot"/> after this property was read.</summary>
    public Task NextChange => Volatile.Read(ref _changed).Task;

    /// <summary>Ends when the run has nothing more to do; never fails.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    private MigrationId Id => _record.Id;

    /// <summary>Begins a migration that was just requested.</summary>
    public void Begin(Planner planner, VmFacts vm) => Completion = Task.Run(() => GuardAsync(async () =>
    {
        using var ended = new CancellationTokenSource();
        var keeping = _record.Goals.Deadline is { } deadline ? KeepDeadlineAsync(deadline, ended.Token) : Task.CompletedTask;
        if (await TryMoveAsync(planner, vm).ConfigureAwait(false) is { } failure)
        {
            await SettleAsync(failure).ConfigureAwait(false);
        }

        await ended.CancelAsync().ConfigureAwait(false);
        await keeping.ConfigureAwait(false);
    }));

    /// <summary>Takes up a migration that was open when an earlier run of the agent ended.</summary>
    public void Recover() => Completion = Task.Run(() => GuardAsync(async () =>
    {
        _isRecovered = true;
        if (!_record.Phase.IsFinal())
        {
            var reason = new Failure(FailureCode.Internal, $"The agent of {_record.Source} ended while the migration was in {_record.Phase}.");
            await SettleAsync(_record.Failure ?? reason).ConfigureAwait(false);
        }
    }));

    /// <summary>Asks for a rollback.</summary>
    /// <exception cref="FailureException">It is too late.</exception>
    public void Abort(Failure reason)
    {
        lock (_lock)
        {
            if (_record.Phase is not (MigrationPhase.Requested or MigrationPhase.Planned or MigrationPhase.Preparing or MigrationPhase.CopyingDisks or MigrationPhase.PreCopy))
            {
                throw new FailureException(FailureCode.WrongPhase, $"Migration {Id} can not be aborted because it is in {_record.Phase}.",
                    "It ends by itself; `livcloud migration watch` shows how.");
            }

            _abortReason ??= reason;
        }

        _abort.Cancel();
    }

    /// <summary>Ends the run with the agent: rolls back what can go back, leaves the rest to the journal.</summary>
    public void Stop()
    {
        try
        {
            Abort(new Failure(FailureCode.Aborted, $"The agent of {_record.Source} was stopped."));
        }
        catch (FailureException)
        {
            // Too late to go back: it ends by itself within moments, or the next run of the agent settles it.
        }

        if (Snapshot.Record.Phase == MigrationPhase.Stranded)
        {
            _stop.Cancel();
        }
    }

    /// <summary>Changes the most that the migration may send.</summary>
    public void SetBandwidth(Bandwidth? cap)
    {
        lock (_lock)
        {
            SetShare(_share with { Cap = cap });
        }
    }

    /// <summary>Changes what the migration may take of the path; under the lock.</summary>
    private void SetShare(PathShare share)
    {
        _share = share;
        if (_isSending)
        {
            _channel?.SetShare(Id, share);
        }
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            await CleanUpAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The agent ends; the journal has what the next run needs.
        }
        catch (Exception exception)
        {
            MigrationLog.Faulted(ports.Log, exception, Id);
            await SettleAfterFaultAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A fault of ours, or of a peer that is not as it should be, must not leave the VM between two hosts until the agent is started again.</summary>
    private async Task SettleAfterFaultAsync()
    {
        while (!_record.Phase.IsFinal())
        {
            try
            {
                await Task.Delay(FaultPause, ports.Clock, _stop.Token).ConfigureAwait(false);
                await SettleAsync(_record.Failure ?? new Failure(FailureCode.Internal, $"A fault in the agent of {_record.Source} ended the migration in {_record.Phase}."))
                    .ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                MigrationLog.Faulted(ports.Log, exception, Id);
            }
        }
    }

    /// <summary>Enters a phase: journal first, then everybody who watches.</summary>
    private void Enter(MigrationPhase phase, Func<MigrationRecord, MigrationRecord>? change = null)
    {
        lock (_lock)
        {
            var next = _record.Enter(phase, ports.Clock.GetUtcNow());
            next = change is null ? next : change(next);
            ports.Journal.Update(next);
            _record = next;
            Publish(phase.IsFinal() ? null : _snapshot.Progress);
        }

        tellChange();
        MigrationLog.Entered(ports.Log, Id, _record.Vm, _record.Destination, phase);
    }

    /// <summary>Enters a phase that must be entered because it has happened already; a journal that can not be written is tried again.</summary>
    private async Task EnterSurelyAsync(MigrationPhase phase, Func<MigrationRecord, MigrationRecord>? change = null)
    {
        while (true)
        {
            try
            {
                Enter(phase, change);
                return;
            }
            catch (FailureException failure) when (failure.Code == FailureCode.JournalUnwritable)
            {
                MigrationLog.JournalFailed(ports.Log, failure, Id);
                await Task.Delay(JournalRetry, ports.Clock, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    private void Publish(JobProgress? progress, long bitsPerSecond = 0)
    {
        lock (_lock)
        {
            var path = _channel is { } channel && !_record.Phase.IsFinal() ? PathCondition.Of(channel) : null;
            Volatile.Write(ref _snapshot, new MigrationSnapshot(_record, progress, path, bitsPerSecond, _record.Phase is MigrationPhase.CopyingDisks or MigrationPhase.PreCopy ? _outlook : null));
            Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
