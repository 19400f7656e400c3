using LivCloud.Core;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Ports;
using LivCloud.Migration.PreCopy;
using LivCloud.Migration.Settlement;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Source;

/// <summary>The way forward: plan, prepare, let libvirt move the guest, follow it.</summary>
internal sealed partial class MigrationRun
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>How long is waited without any link for what the destination says, while the guest is paused or the move is aborted: then it is given up, and the VM runs again.</summary>
    private static readonly TimeSpan WithoutLinkPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(10);

    private bool _pausedWithoutLink;

    /// <summary>The last pass for which the limit was thought over.</summary>
    private int _limitedPass;

    /// <summary>The last figures that libvirt gave: of a job that failed it gives none.</summary>
    private JobProgress? _lastFigures;

    /// <summary>Moves the VM; null when it is completed, otherwise why not.</summary>
    private async Task<Failure?> TryMoveAsync(Planner planner, VmFacts vm)
    {
        try
        {
            await MoveAsync(planner, vm, _abort.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            return _abortReason;
        }
        catch (FailureException failure)
        {
            return _abortReason ?? Explain(failure);
        }
        catch (Exception exception) when (!_stop.IsCancellationRequested)
        {
            // A fault of ours must not leave the VM between two hosts: settling needs nothing of what was known so far.
            MigrationLog.MoveFaulted(ports.Log, exception, Id);
            return new Failure(FailureCode.Internal, $"A fault in the agent of {_record.Source} ended the migration in {_record.Phase}: {exception.Message}");
        }
    }

    /// <summary>A lost session shows as an error of libvirt's; the cause is what the user needs.</summary>
    private Failure Explain(FailureException failure) =>
        failure.Code == FailureCode.HypervisorFailed && (_pausedWithoutLink || _channel is { Lost.IsCancellationRequested: true })
            ? new Failure(FailureCode.LinkLost,
                $"The connection between {_record.Source} and {_record.Destination} was lost for too long in {_record.Phase}, so {_record.Vm} stayed on {_record.Source}.",
                "Check the network between the hosts and the agent at the destination, then start the migration again.")
            : Failure.From(failure);

    private async Task MoveAsync(Planner planner, VmFacts vm, CancellationToken cancellationToken)
    {
        var plan = await planner.PlanAsync(Id, vm, _record.Destination, _record.Goals, reserve: true, cancellationToken).ConfigureAwait(false);
        _channel = plan.Channel;
        if (_record.Goals.NeedForesight)
        {
            plan = await planner.ForeseeSoonAsync(plan, _record.Destination, _record.Goals, cancellationToken).ConfigureAwait(false);
            Foresee(plan);
        }

        if (plan.Obstacle is { } obstacle)
        {
            throw obstacle.ToFailure().ToException();
        }

        var channel = plan.Channel!;
        Enter(MigrationPhase.Planned, record => record with
        {
            StartsWithHost = vm.StartsWithHost,
            CopiedImages = [.. vm.Disks.Where(disk => plan.CopiedDisks.Contains(disk.Target)).Select(disk => new CopiedImage(disk.Path!, ports.Storage.Identify(disk.Path!)))],
            Measurements = record.Measurements with { Transport = channel.Transport, TransportReason = channel.TransportReason, Cipher = channel.Cipher },
        });

        var emulator = await ports.Hypervisor.FindEmulatorAsync(vm.Uuid, cancellationToken).ConfigureAwait(false)
            ?? throw new FailureException(FailureCode.VmNotRunning, $"{vm.Name} has ended on {_record.Source} before it could be moved.");
        Enter(MigrationPhase.Preparing, record => record with { Emulator = emulator });
        if (vm.StartsWithHost)
        {
            // A host that reboots in the middle must not start a second copy by itself.
            await ports.Hypervisor.SetStartsWithHostAsync(vm.Uuid, starts: false, cancellationToken).ConfigureAwait(false);
        }

        // Beside the rest: what is said beforehand must cost the move no time, and nothing depends on it.
        var foreseeing = plan.Choice is null ? ForeseeBesideAsync(planner, plan, cancellationToken) : Task.CompletedTask;
        await channel.PrepareAsync(Id, cancellationToken).ConfigureAwait(false);
        TakeShare(channel, isSending: true);
        try
        {
            var relay = await channel.OpenRelayAsync(Id, this, cancellationToken).ConfigureAwait(false);
            await using (relay.ConfigureAwait(false))
            {
                await LetLibvirtMoveAsync(vm, plan, channel, relay).ConfigureAwait(false);
            }
        }
        finally
        {
            TakeShare(channel, isSending: false);
        }

        await foreseeing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Libvirt says that the guest runs there; the destination closes its books. If it can not be told, it finds out by itself.
        var answer = await TryAskDestinationAsync(CommitPatience).ConfigureAwait(false);
        await _finishing.ConfigureAwait(false);

        // A destination that says otherwise contradicts libvirt: then the images here are the last thing that may be touched.
        await EnterSurelyAsync(MigrationPhase.Completed, record => record with
        {
            CleanupPending = record.CopiedImages.Count > 0 && answer != DestinationAnswer.Gone,
        }).ConfigureAwait(false);
    }

    private async Task LetLibvirtMoveAsync(VmFacts vm, PlanOutcome plan, IMigrationChannel channel, IMigrationRelay relay)
    {
        var copies = plan.CopiedDisks.Count > 0;
        var budget = DowntimeGoal.MemoryBudget(_record.Goals.MaxDowntime, channel.RoundTrip, copies) ?? DowntimeGoal.LeastMemoryTime;
        var policy = new DowntimeLimitPolicy(budget);
        Enter(copies ? MigrationPhase.CopyingDisks : MigrationPhase.PreCopy);
        var order = new OutgoingOrder
        {
            Vm = vm.Uuid,
            ConnectionUri = relay.ConnectionUri,
            MigrationUri = relay.MigrationUri,
            DisksUri = relay.DisksUri,
            CopiedDisks = plan.CopiedDisks,
            IsPersistent = vm.IsPersistent,
            DowntimeLimit = policy.Initial,
            DeltaCache = DeltaCache.For(vm.MemoryBytes),
        };
        BeginWatch(vm, plan, policy);
        var migration = await ports.Hypervisor.StartMigrationAsync(order, _abort.Token).ConfigureAwait(false);
        await using (migration.ConfigureAwait(false))
        {
            try
            {
                await FollowAsync(migration, policy, channel, relay).ConfigureAwait(false);
            }
            finally
            {
                Measure(migration.FinalFigures, relay.WireBytes);
            }
        }
    }

    private async Task FollowAsync(IOutgoingMigration migration, DowntimeLimitPolicy policy, IMigrationChannel channel, IMigrationRelay relay)
    {
        var aborted = new TaskCompletionSource();
        using var registration = _abort.Token.Register(aborted.SetResult);
        var limit = policy.Initial;
        var lastLink = ports.Clock.GetTimestamp();
        var (lastBytes, lastLook) = (relay.WireBytes, ports.Clock.GetTimestamp());
        Task abortCall = Task.CompletedTask;
        while (!migration.Completion.IsCompleted)
        {
            using var wake = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            await Task.WhenAny(
                migration.Completion,
                Snapshot.Record.Phase < MigrationPhase.SwitchOver ? migration.Paused : Task.Delay(Timeout.InfiniteTimeSpan, wake.Token),
                abortCall.IsCompleted && !_abort.IsCancellationRequested ? aborted.Task : Task.Delay(Timeout.InfiniteTimeSpan, wake.Token),
                Task.Delay(ProgressInterval, ports.Clock, wake.Token)).ConfigureAwait(false);
            await wake.CancelAsync().ConfigureAwait(false);

            if (migration.Paused.IsCompleted)
            {
                TryEnterSwitchOver();
            }

            if (_abort.IsCancellationRequested && abortCall.IsCompleted && Snapshot.Record.Phase < MigrationPhase.SwitchOver)
            {
                relay.DropDisks();
                abortCall = AbortLibvirtJobAsync();
            }

            lastLink = channel.Links > 0 ? ports.Clock.GetTimestamp() : lastLink;
            if ((Snapshot.Record.Phase == MigrationPhase.SwitchOver || _abort.IsCancellationRequested) && ports.Clock.GetElapsedTime(lastLink) > WithoutLinkPatience)
            {
                _pausedWithoutLink = !_abort.IsCancellationRequested;
                await relay.DisposeAsync().ConfigureAwait(false);
            }

            // While the guest is paused nothing is asked of libvirt: a query would stand in the way of its own calls to the emulator.
            var progress = Snapshot.Record.Phase < MigrationPhase.SwitchOver
                ? await migration.GetProgressAsync(_stop.Token).ConfigureAwait(false)
                : Snapshot.Progress;
            progress = _lastFigures = progress ?? _lastFigures;
            if (progress is { MemoryDoneBytes: > 0 })
            {
                TryEnterPreCopy();
            }

            if (progress is not null && Snapshot.Record.Phase is MigrationPhase.CopyingDisks or MigrationPhase.PreCopy)
            {
                limit = await WidenAsync(migration, policy, limit, progress).ConfigureAwait(false);
                await SteerAsync(migration, channel, progress!, relay.WireBytes).ConfigureAwait(false);
            }

            var (bytes, look) = (relay.WireBytes, ports.Clock.GetTimestamp());
            var seconds = ports.Clock.GetElapsedTime(lastLook, look).TotalSeconds;
            Publish(progress, seconds > 0 ? (long)((bytes - lastBytes) * 8 / seconds) : 0);
            (lastBytes, lastLook) = (bytes, look);
        }

        await abortCall.ConfigureAwait(false);
        await migration.Completion.ConfigureAwait(false);
    }

    /// <summary>Lets the last pass take longer when passes stop helping.</summary>
    /// <returns>The limit that holds now.</returns>
    private async Task<TimeSpan> WidenAsync(IOutgoingMigration migration, DowntimeLimitPolicy policy, TimeSpan limit, JobProgress progress)
    {
        if (progress.Iteration <= _limitedPass)
        {
            return limit;
        }

        _limitedPass = progress.Iteration;
        var next = policy.Next(limit, progress.Iteration);
        if (next != limit)
        {
            await migration.SetDowntimeLimitAsync(next, _stop.Token).ConfigureAwait(false);
        }

        return next;
    }

    private void TakeShare(IMigrationChannel channel, bool isSending)
    {
        lock (_lock)
        {
            _isSending = isSending;
            channel.SetShare(Id, isSending ? _share : null);
        }
    }

    private async Task AbortLibvirtJobAsync()
    {
        try
        {
            await ports.Hypervisor.AbortJobAsync(_record.VmUuid, _stop.Token).ConfigureAwait(false);
        }
        catch (FailureException failure)
        {
            // The job may have ended by itself; its own result tells.
            MigrationLog.SettlementCallFailed(ports.Log, failure, Id, "aborting libvirt's job");
        }
    }

    private void TryEnterPreCopy()
    {
        lock (_lock)
        {
            if (_record.Phase == MigrationPhase.CopyingDisks)
            {
                Enter(MigrationPhase.PreCopy);
            }
        }
    }

    private void TryEnterSwitchOver()
    {
        lock (_lock)
        {
            if (_record.Phase is MigrationPhase.CopyingDisks or MigrationPhase.PreCopy)
            {
                // The guest stands still: nobody is worth waiting for any more.
                SetShare(_share with { Priority = TrafficPriority.Normal });
                Enter(MigrationPhase.SwitchOver);
            }
        }
    }

    private void Measure(JobProgress? figures, long wireBytes)
    {
        lock (_lock)
        {
            _record = _record with
            {
                Measurements = _record.Measurements with
                {
                    Transport = _channel?.Transport ?? _record.Measurements.Transport,
                    TransportReason = _channel?.TransportReason ?? _record.Measurements.TransportReason,
                    Downtime = figures?.Downtime,
                    MemoryBytes = Math.Max(figures?.MemoryDoneBytes ?? 0, _lastFigures?.MemoryDoneBytes ?? 0),
                    DiskBytes = Math.Max(figures?.DiskDoneBytes ?? 0, _lastFigures?.DiskDoneBytes ?? 0),
                    WireBytes = wireBytes,
                },
            };
        }
    }
}
