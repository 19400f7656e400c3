using LivCloud.Core;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Settlement;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Source;

/// <summary>The way to a certain end when the way forward failed: the same after an error, a lost link and a crash of the agent.</summary>
internal sealed partial class MigrationRun
{
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan StrandedInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ResumePatience = TimeSpan.FromSeconds(20);

    private TaskCompletionSource<bool> _verdict = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes an operator's word for who has the VM.</summary>
    public void Resolve(bool destinationHasIt)
    {
        lock (_lock)
        {
            if (_record.Phase != MigrationPhase.Stranded)
            {
                throw new FailureException(FailureCode.WrongPhase, $"Migration {Id} can not be resolved because it is in {_record.Phase}, not Stranded.");
            }

            _verdict.TrySetResult(destinationHasIt);
        }
    }

    private async Task SettleAsync(Failure failure)
    {
        MigrationLog.Failed(ports.Log, Id, _record.Phase, failure.Message);
        await _finishing.ConfigureAwait(false);
        if (_record.Phase == MigrationPhase.Requested)
        {
            // Refused or interrupted before anything was held for certain; the destination hears of it if it can.
            await TryForgetAsync().ConfigureAwait(false);
            await EnterSurelyAsync(MigrationPhase.RolledBack, record => record with { Failure = failure }).ConfigureAwait(false);
            return;
        }

        if (_record.Phase is not (MigrationPhase.RollingBack or MigrationPhase.Stranded))
        {
            await EnterSurelyAsync(MigrationPhase.RollingBack, record => record with { Failure = failure }).ConfigureAwait(false);
        }

        if (await LookAtSourceAsync().ConfigureAwait(false) != SourceCondition.Fenced)
        {
            await AbortLibvirtJobAsync().ConfigureAwait(false);
        }

        while (true)
        {
            switch (SettlementPolicy.Next(await LookAtSourceAsync().ConfigureAwait(false), _destination, MayRunThere))
            {
                case SettlementStep.AskDestination:
                    _destination = await TryAskDestinationAsync(AskPatience).ConfigureAwait(false);
                    break;
                case SettlementStep.WaitForSource:
                    await Task.Delay(LookInterval, ports.Clock, _stop.Token).ConfigureAwait(false);
                    break;
                case SettlementStep.Strand:
                    await StrandAsync().ConfigureAwait(false);
                    break;
                case SettlementStep.KeepSource:
                    await KeepSourceAsync().ConfigureAwait(false);
                    var reason = _destination == DestinationAnswer.Running ? Foreign(_record.Failure ?? failure) : _record.Failure ?? failure;
                    await EnterSurelyAsync(MigrationPhase.RolledBack, record => record with { Failure = reason }).ConfigureAwait(false);
                    return;
                case SettlementStep.KeepDestination:
                    await KeepDestinationAsync().ConfigureAwait(false);
                    await EnterSurelyAsync(MigrationPhase.Completed, record => record with { Failure = null, CleanupPending = record.CopiedImages.Count > 0 }).ConfigureAwait(false);
                    return;
                case SettlementStep.ReportLoss:
                    var loss = failure with
                    {
                        Message = $"{failure.Message} {_record.Vm} runs on neither host; its process on {_record.Source} has ended.",
                        Remedy = $"Its disks on {_record.Source} are as it left them: start it with `virsh start {_record.Vm}`.",
                    };
                    await TryRestoreAutostartAsync().ConfigureAwait(false);
                    await EnterSurelyAsync(MigrationPhase.RolledBack, record => record with { Failure = loss }).ConfigureAwait(false);
                    return;
            }
        }
    }

    private Failure Foreign(Failure failure) => failure with
    {
        Message = $"{failure.Message} A VM of the same UUID runs on {_record.Destination} that this migration has not brought.",
        Remedy = $"End it on {_record.Destination}, or give one of the two another UUID.",
    };

    private async Task<SourceCondition> LookAtSourceAsync()
    {
        var seen = await SeeSourceAsync().ConfigureAwait(false);
        if (_isRecovered && (seen == SourceCondition.Fenced || (seen == SourceCondition.Gone && _record.History.Any(entry => entry.Phase == MigrationPhase.PreCopy))))
        {
            // Whoever fenced it was about to let the call through; and a loss of power may have come before that was written down.
            _mayRunThere = true;
        }

        // A process that somebody else has stopped is no fence of ours.
        return seen == SourceCondition.Fenced && !MayRunThere ? SourceCondition.Paused : seen;
    }

    private async Task<SourceCondition> SeeSourceAsync()
    {
        if (_record.Emulator is { } emulator)
        {
            switch (ports.Fence.Look(emulator))
            {
                case EmulatorCondition.Stopped:
                    return SourceCondition.Fenced;
                case EmulatorCondition.Gone:
                    return SourceCondition.Gone;
                case EmulatorCondition.Alive:
                    break;
            }
        }

        try
        {
            return await ports.Hypervisor.GetStateAsync(_record.VmUuid, _stop.Token).ConfigureAwait(false) switch
            {
                VmState.Running => SourceCondition.Running,
                VmState.Paused or VmState.Other => SourceCondition.Paused,
                VmState.Absent or VmState.ShutOff => SourceCondition.Gone,
            };
        }
        catch (FailureException failure)
        {
            MigrationLog.SettlementCallFailed(ports.Log, failure, Id, "looking at the source");
            return SourceCondition.Unknown;
        }
    }

    private async Task<DestinationAnswer> TryAskDestinationAsync(TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience, ports.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token);
        try
        {
            var channel = await ports.Channels.ConnectAsync(_record.Destination, transport: null, either.Token).ConfigureAwait(false);
            var answer = await channel.SettleAsync(Id, _record.VmUuid, MayRunThere, either.Token).ConfigureAwait(false);
            return answer.Runs ? DestinationAnswer.Running : DestinationAnswer.Gone;
        }
        catch (Exception exception) when (exception is FailureException || (exception is OperationCanceledException && !_stop.IsCancellationRequested))
        {
            MigrationLog.SettlementCallFailed(ports.Log, exception, Id, "asking the destination");
            return DestinationAnswer.Unreachable;
        }
    }

    /// <summary>Tells the destination to drop what it may hold; it lapses by itself when it can not be told.</summary>
    private async Task TryForgetAsync()
    {
        if (_record.Phase == MigrationPhase.Requested && _channel is null && _abortReason is null)
        {
            return;
        }

        _ = await TryAskDestinationAsync(TimeSpan.FromSeconds(3)).ConfigureAwait(false);
    }

    /// <summary>Waits a while with the source as it is; afterwards <see cref="_destination"/> is what an operator said, or is to be asked again.</summary>
    private async Task StrandAsync()
    {
        if (_record.Phase != MigrationPhase.Stranded)
        {
            MigrationLog.Stranded(ports.Log, Id);
            await EnterSurelyAsync(MigrationPhase.Stranded).ConfigureAwait(false);
        }

        var verdict = _verdict.Task;
        await Task.WhenAny(verdict, Task.Delay(StrandedInterval, ports.Clock, _stop.Token)).ConfigureAwait(false);
        _stop.Token.ThrowIfCancellationRequested();
        bool? word = verdict.IsCompletedSuccessfully ? await verdict.ConfigureAwait(false) : null;
        _mayRunThere |= word == true;
        _destination = word switch { true => DestinationAnswer.Running, false => DestinationAnswer.Gone, null => DestinationAnswer.NotAsked };
    }

    private async Task KeepSourceAsync()
    {
        if (_record.Emulator is { } emulator)
        {
            ports.Fence.Release(emulator);
        }

        // Libvirt resumes the guest by itself when its migration fails; it is helped only when it did not, as after a restart of libvirtd.
        var since = ports.Clock.GetTimestamp();
        while (true)
        {
            try
            {
                var state = await ports.Hypervisor.GetStateAsync(_record.VmUuid, _stop.Token).ConfigureAwait(false);
                if (state is VmState.Paused && ports.Clock.GetElapsedTime(since) > ResumePatience / 10)
                {
                    await ports.Hypervisor.ResumeAsync(_record.VmUuid, _stop.Token).ConfigureAwait(false);
                }
                else if (state is not VmState.Paused)
                {
                    await ports.Hypervisor.SetStartsWithHostAsync(_record.VmUuid, _record.StartsWithHost, _stop.Token).ConfigureAwait(false);
                    return;
                }
            }
            catch (FailureException failure) when (ports.Clock.GetElapsedTime(since) < ResumePatience || failure.IsTransient)
            {
                MigrationLog.SettlementCallFailed(ports.Log, failure, Id, "resuming the source");
            }

            await Task.Delay(LookInterval, ports.Clock, _stop.Token).ConfigureAwait(false);
        }
    }

    private async Task TryRestoreAutostartAsync()
    {
        try
        {
            if (_record.StartsWithHost && await ports.Hypervisor.GetStateAsync(_record.VmUuid, _stop.Token).ConfigureAwait(false) != VmState.Absent)
            {
                await ports.Hypervisor.SetStartsWithHostAsync(_record.VmUuid, starts: true, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (FailureException failure)
        {
            MigrationLog.SettlementCallFailed(ports.Log, failure, Id, "restoring the VM's autostart");
        }
    }

    private async Task KeepDestinationAsync()
    {
        if (_record.Emulator is { } emulator)
        {
            ports.Fence.Kill(emulator);
        }

        while (true)
        {
            try
            {
                await ports.Hypervisor.DestroyAsync(_record.VmUuid, undefine: true, _stop.Token).ConfigureAwait(false);
                return;
            }
            catch (FailureException failure)
            {
                MigrationLog.SettlementCallFailed(ports.Log, failure, Id, "removing the source copy");
                await Task.Delay(LookInterval, ports.Clock, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What follows completion: the images at the source whose contents are at the destination now.</summary>
    private async Task CleanUpAsync()
    {
        if (_record is not { Phase: MigrationPhase.Completed, CleanupPending: true })
        {
            return;
        }

        try
        {
            // A later agent may come to this when the VM is back, and its images with it.
            var isBack = await ports.Hypervisor.GetStateAsync(_record.VmUuid, _stop.Token).ConfigureAwait(false) != VmState.Absent;
            foreach (var image in _record.CopiedImages.Where(image => !isBack && image.Identity is not null && ports.Storage.Identify(image.Path) == image.Identity))
            {
                switch (_record.Goals.SourceDisk)
                {
                    case SourceDisk.Keep:
                        break;
                    case SourceDisk.Rename:
                        await ports.Storage.RenameImageAsync(image.Path, Id, _stop.Token).ConfigureAwait(false);
                        break;
                    case SourceDisk.Delete:
                        await ports.Storage.DeleteImageAsync(image.Path, _stop.Token).ConfigureAwait(false);
                        break;
                }
            }

            lock (_lock)
            {
                _record = _record with { CleanupPending = false };
                ports.Journal.Update(_record);
                Publish(progress: null);
            }
        }
        catch (FailureException failure)
        {
            MigrationLog.CleanupFailed(ports.Log, failure, Id);
        }
    }
}
