using LivCloud.Core;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Settlement;

namespace LivCloud.Migration.Source;

/// <summary>The instant at which the guest changes hands.</summary>
/// <remarks>
/// Libvirt resumes the source when its Finish call gets no answer, although the destination may have run the guest by then. So the source
/// process is stopped before that call is passed on, and runs again only when the answer is known.
/// </remarks>
internal sealed partial class MigrationRun : IFinishGate
{
    private DestinationAnswer _destination = DestinationAnswer.NotAsked;
    private Task _finishing = Task.CompletedTask;

    /// <summary>Whether this run let libvirt's Finish call through, has signs that an earlier one did, or heard so from an operator.</summary>
    private bool _mayRunThere;

    /// <summary>Whether this run took up what an earlier one has left, of which it knows what is written and what it sees.</summary>
    private bool _isRecovered;

    /// <summary>Whether a guest that this migration has brought can run at the destination: only if libvirt's Finish call was let through.</summary>
    private bool MayRunThere => _mayRunThere || _record.History.Any(entry => entry.Phase == MigrationPhase.Finishing);

    /// <inheritdoc/>
    public ValueTask BeforeFinishAsync()
    {
        var emulator = _record.Emulator ?? throw new InvalidOperationException("The emulator is known from Preparing on.");
        ports.Fence.Raise(emulator);
        _mayRunThere = true;
        MigrationLog.Fenced(ports.Log, Id, emulator.Pid);

        // Not awaited here, since the guest is paused: the journal has the emulator's identity since Preparing, and a stopped emulator tells the rest.
        _finishing = Task.Run(async () =>
        {
            try
            {
                TryEnterSwitchOver();
            }
            catch (FailureException failure)
            {
                // The journal can not be written: the next phase is waited for, this one is over already.
                MigrationLog.JournalFailed(ports.Log, failure, Id);
            }

            await EnterSurelyAsync(MigrationPhase.Finishing).ConfigureAwait(false);
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask OnFinishAnsweredAsync(bool succeeded)
    {
        MigrationLog.FinishAnswered(ports.Log, Id, succeeded);

        // Behind this the fence may fall, and then only the journal tells that the call was let through.
        await _finishing.ConfigureAwait(false);
        if (succeeded)
        {
            _destination = DestinationAnswer.Running;
            return;
        }

        while (true)
        {
            var answer = await TryAskDestinationAsync(AskPatience).ConfigureAwait(false);
            if (answer == DestinationAnswer.Unreachable)
            {
                await StrandAsync().ConfigureAwait(false);
                answer = _destination;
                if (answer == DestinationAnswer.NotAsked)
                {
                    continue;
                }
            }

            _destination = answer;
            if (answer == DestinationAnswer.Running)
            {
                ports.Fence.Kill(_record.Emulator!);
            }

            return;
        }
    }

    /// <inheritdoc/>
    public void AfterFinish() => ports.Fence.Release(_record.Emulator!);
}
