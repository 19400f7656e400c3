using System.Collections.Concurrent;
using LivCloud.Core;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Vms;
using Microsoft.Extensions.Logging;

namespace LivCloud.Migration.Destination;

/// <summary>Gives and takes back what VMs need that come to this host, and says at the end who has the VM.</summary>
/// <remarks>
/// A reservation lapses when nothing was heard of its migration for <see cref="Lease"/>: no stream, no call. It is then settled as the source
/// would have it settled. Settling is final: afterwards no stream of that migration is admitted any more.
/// </remarks>
public sealed class ReservationDesk(
    HostName host,
    IHypervisor hypervisor,
    IStorage storage,
    IReservationJournal journal,
    IInboundRelays relays,
    TimeProvider clock,
    ILogger<ReservationDesk> log) : IAsyncDisposable
{
    /// <summary>How long a reservation stays after something was last heard of its migration.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>How long a copy that is neither running nor gone is watched before it is ended.</summary>
    private static readonly TimeSpan UndecidedPatience = TimeSpan.FromSeconds(3);

    /// <summary>How long a local libvirt that does not answer, as while it is started again, is waited for before settling is put off.</summary>
    private static readonly TimeSpan HypervisorPatience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LapseInterval = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<MigrationId, SemaphoreSlim> _turns = new();

    /// <summary>When something was last heard of a migration; none for one that is to be settled at once.</summary>
    private readonly ConcurrentDictionary<MigrationId, long> _lastSeen = new();
    private readonly SemaphoreSlim _reserving = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private Task _lapsing = Task.CompletedTask;

    /// <summary>Settles what an earlier run of the agent left open, and starts to watch leases.</summary>
    public void Start() => _lapsing = Task.Run(async () =>
    {
        await SettleLapsedAsync().ConfigureAwait(false);
        await WatchLeasesAsync().ConfigureAwait(false);
    });

    /// <summary>What this host would say to a reservation; nothing is kept.</summary>
    public async Task<ReservationAnswer> AppraiseAsync(ReservationRequest request, CancellationToken cancellationToken)
    {
        // What an earlier attempt of the same VM still holds is not in its way: a reservation settles that first.
        var (earlier, others) = Split(journal.ListOpen(), request);
        earlier = [.. earlier.Where(one => one.State != ReservationState.Resumed)];
        others = [.. others.Where(one => one.HoldsMemory)];
        var facts = await hypervisor.AppraiseAsync(request.Vm, cancellationToken).ConfigureAwait(false);
        var places = await storage.AppraiseAsync(request.Vm, request.Probes, cancellationToken).ConfigureAwait(false);
        facts = facts with
        {
            Host = host,
            Places = [.. places.Select(place => place with { Exists = (place.Exists && !MadeFor(earlier, place.Target)) || IsTaken(others, request.Vm, place.Target) })],
            MemoryFreeBytes = facts.MemoryFreeBytes - others.Sum(other => other.Vm.MemoryBytes),
            ExistingVm = earlier.Count > 0 && facts.ExistingVm != VmState.Running ? VmState.Absent : facts.ExistingVm,
        };
        return new ReservationAnswer
        {
            Checks = DestinationChecks.Evaluate(request.Vm, facts, request.Storage),
            CopiedDisks = [.. request.Vm.Disks.Where(disk => DestinationChecks.Decide(disk, facts, request.Storage) == StorageMode.Copy).Select(disk => disk.Target)],
        };
    }

    /// <summary>Holds what the VM needs when all checks pass.</summary>
    public async Task<ReservationAnswer> ReserveAsync(HostName source, ReservationRequest request, CancellationToken cancellationToken)
    {
        foreach (var stale in Split(journal.ListOpen(), request).Earlier)
        {
            if (stale.Source != source)
            {
                throw new FailureException(FailureCode.AlreadyMigrating,
                    $"{request.Vm.Name} can not be moved to {host} because a VM of the same UUID is on its way there from {stale.Source}.",
                    "Wait until that migration is over; give a cloned VM a UUID of its own.");
            }

            // The same VM asks again: its earlier attempt is over, whatever became of its last messages.
            await SettleAsync(stale.Source, stale.Id, stale.Vm.Uuid, mayRun: true, cancellationToken).ConfigureAwait(false);
            if (journal.Find(stale.Id) is { State: ReservationState.Clearing } left)
            {
                await ClearAsync(left, cancellationToken).ConfigureAwait(false);
            }
        }

        await _reserving.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var answer = await AppraiseAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.Checks.All(check => check.Passed))
            {
                // Known to be asked for before it can be seen: the watch would take it for one whose source is gone.
                _lastSeen[request.Id] = clock.GetTimestamp();
                journal.Save(new Reservation
                {
                    Id = request.Id,
                    Source = source,
                    Vm = request.Vm,
                    CopiedDisks = answer.CopiedDisks,
                    State = ReservationState.Reserved,
                });
                MigrationLog.Reserved(log, request.Id, request.Vm.Name, source);
            }

            return answer;
        }
        finally
        {
            _reserving.Release();
        }
    }

    /// <summary>Makes images and sockets ready for a reservation.</summary>
    /// <exception cref="FailureException">There is no such reservation of that source, or an image can not be made.</exception>
    public async Task PrepareAsync(HostName source, MigrationId id, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(id, cancellationToken).ConfigureAwait(false);
        var reservation = journal.Find(id);
        if (reservation is not { State: ReservationState.Reserved } || reservation.Source != source)
        {
            throw new FailureException(FailureCode.UnknownMigration, $"{host} holds no reservation {id} for {source}.", "Start the migration again.");
        }

        foreach (var disk in reservation.Vm.Disks.Where(disk => reservation.CopiedDisks.Contains(disk.Target)))
        {
            _lastSeen[id] = clock.GetTimestamp();
            if (storage.Exists(disk.Path!))
            {
                throw new FailureException(FailureCode.DiskPathUnusable,
                    $"Disk {disk.Target} of {reservation.Vm.Name} can not be copied to {host} because {disk.Path} was made there meanwhile.",
                    $"Move it away on {host} and start the migration again.");
            }

            // Written down before it is made, so that a crash in between leaves nothing behind.
            reservation = reservation with { CreatedImages = [.. reservation.CreatedImages, disk.Path!] };
            journal.Save(reservation);
            await storage.CreateImageAsync(disk, cancellationToken).ConfigureAwait(false);
        }

        await relays.OpenAsync(id, cancellationToken).ConfigureAwait(false);
        journal.Save(reservation with { State = ReservationState.Prepared });
        _lastSeen[id] = clock.GetTimestamp();
    }

    /// <summary>Whether <paramref name="source"/> may open streams of a migration.</summary>
    public bool Admits(HostName source, MigrationId id) =>
        journal.Find(id) is { State: ReservationState.Prepared } reservation && reservation.Source == source;

    /// <summary>Ends a migration here: tells whether the guest runs, and clears all that was prepared when it does not.</summary>
    /// <param name="source">Who asks.</param>
    /// <param name="id">The migration.</param>
    /// <param name="vm">Its VM.</param>
    /// <param name="mayRun">Whether the source may have let libvirt's Finish call through. If not, what runs here under that UUID is somebody else's.</param>
    /// <param name="cancellationToken">Ends the wait, not the settling.</param>
    public async Task<SettlementAnswer> SettleAsync(HostName source, MigrationId id, Guid vm, bool mayRun, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(id, cancellationToken).ConfigureAwait(false);
        var reservation = journal.Find(id);
        if (reservation is null || reservation.Source != source || reservation.Vm.Uuid != vm)
        {
            // Never reserved here, so nothing was admitted and nothing is to be cleared.
            return new SettlementAnswer(mayRun && await hypervisor.GetStateAsync(vm, cancellationToken).ConfigureAwait(false) == VmState.Running);
        }

        if (reservation.IsOpen)
        {
            reservation = await SettlePatientlyAsync(reservation, mayRun, cancellationToken).ConfigureAwait(false);
        }

        return new SettlementAnswer(reservation.State == ReservationState.Taken);
    }

    /// <summary>Notes that libvirt has run the guest here, before the source hears of it: from then on it is this host's, whatever its users do with it.</summary>
    public void OnGuestResumed(MigrationId id)
    {
        try
        {
            if (journal.Find(id) is { State: ReservationState.Prepared } reservation)
            {
                journal.Save(reservation with { State = ReservationState.Resumed });
            }
        }
        catch (FailureException failure)
        {
            // The guest runs whether that can be written down or not; settling will look for it.
            MigrationLog.SettlingFailed(log, failure, id);
        }
    }

    /// <summary>Tells that the source's session is gone while streams of the migration were open; it can not go on and is settled.</summary>
    /// <remarks>Not settled here but at the next round of the lease watch, which owns its failure.</remarks>
    public void OnStreamsLost(MigrationId id) => _lastSeen.TryRemove(id, out _);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _lapsing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _reserving.Dispose();
    }

    private async Task<Reservation> SettlePatientlyAsync(Reservation reservation, bool mayRun, CancellationToken cancellationToken)
    {
        // Whatever interrupts this, the lease watch takes it up again at its next round.
        _lastSeen.TryRemove(reservation.Id, out _);
        var since = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return await SettleOpenAsync(reservation, mayRun, cancellationToken).ConfigureAwait(false);
            }
            catch (FailureException failure) when (failure.Code == FailureCode.HypervisorUnreachable && clock.GetElapsedTime(since) < HypervisorPatience)
            {
                await Task.Delay(LookInterval, clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<Reservation> SettleOpenAsync(Reservation reservation, bool mayRun, CancellationToken cancellationToken)
    {
        await relays.CloseAsync(reservation.Id, cancellationToken).ConfigureAwait(false);

        // The last thing that the relays may have seen is libvirt's answer that the guest runs.
        reservation = journal.Find(reservation.Id) ?? reservation;
        var outcome = reservation.State switch
        {
            ReservationState.Resumed => Outcome.Runs,
            ReservationState.Prepared => await DecideAsync(reservation.Vm, mayRun, cancellationToken).ConfigureAwait(false),
            _ => Outcome.Gone,
        };
        switch (outcome)
        {
            case Outcome.Gone:
                return await TryClearAsync(reservation, cancellationToken).ConfigureAwait(false);
            case Outcome.Foreign:
                // Whoever started it may have done so with the images that were made for ours.
                MigrationLog.ForeignVm(log, reservation.Id, reservation.Vm.Name, string.Join(", ", reservation.CreatedImages));
                return Settle(reservation with { CreatedImages = [] }, ReservationState.Cleared);
            case Outcome.Runs:
                break;
        }

        if (await hypervisor.GetStateAsync(reservation.Vm.Uuid, cancellationToken).ConfigureAwait(false) != VmState.Absent)
        {
            await hypervisor.SetStartsWithHostAsync(reservation.Vm.Uuid, reservation.Vm.StartsWithHost, cancellationToken).ConfigureAwait(false);
        }

        return Settle(reservation, ReservationState.Taken);
    }

    /// <summary>Who asks must hear at once that no copy is here; images that can not be removed now are tried again at each round of the lease watch.</summary>
    private async Task<Reservation> TryClearAsync(Reservation reservation, CancellationToken cancellationToken)
    {
        var clearing = reservation with { State = ReservationState.Clearing };
        journal.Save(clearing);
        try
        {
            return await ClearAsync(clearing, cancellationToken).ConfigureAwait(false);
        }
        catch (FailureException failure)
        {
            MigrationLog.SettlingFailed(log, failure, reservation.Id);
            return clearing;
        }
    }

    private async Task<Reservation> ClearAsync(Reservation reservation, CancellationToken cancellationToken)
    {
        foreach (var image in reservation.CreatedImages)
        {
            await storage.DiscardImageAsync(image, cancellationToken).ConfigureAwait(false);
            reservation = reservation with { CreatedImages = [.. reservation.CreatedImages.Where(other => other != image)] };
            journal.Save(reservation);
        }

        return Settle(reservation, ReservationState.Cleared);
    }

    private Reservation Settle(Reservation reservation, ReservationState state)
    {
        var settled = reservation with { State = state };
        journal.Save(settled);
        _turns.TryRemove(reservation.Id, out _);
        _lastSeen.TryRemove(reservation.Id, out _);
        MigrationLog.Settled(log, reservation.Id, reservation.Vm.Name, state);
        return settled;
    }

    private async Task<Outcome> DecideAsync(VmFacts vm, bool mayRun, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        while (true)
        {
            switch (await hypervisor.GetStateAsync(vm.Uuid, cancellationToken).ConfigureAwait(false))
            {
                case VmState.Running:
                    return mayRun ? Outcome.Runs : Outcome.Foreign;
                case VmState.Absent:
                    return Outcome.Gone;
                case VmState.ShutOff when !mayRun:
                    return Outcome.Foreign;
                case VmState.Paused when !mayRun && await hypervisor.IsPausedByUserAsync(vm.Uuid, cancellationToken).ConfigureAwait(false):
                    return Outcome.Foreign;
                case VmState.ShutOff:
                    await hypervisor.DestroyAsync(vm.Uuid, undefine: true, cancellationToken).ConfigureAwait(false);
                    return Outcome.Gone;
                case VmState.Paused or VmState.Other:
                    // An incoming copy: libvirt is about to run it, or to end it because its connection is gone. Ended here when neither comes.
                    if (clock.GetElapsedTime(since) > UndecidedPatience)
                    {
                        await hypervisor.DestroyAsync(vm.Uuid, undefine: true, cancellationToken).ConfigureAwait(false);
                    }

                    break;
            }

            await Task.Delay(LookInterval, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WatchLeasesAsync()
    {
        using var timer = new PeriodicTimer(LapseInterval, clock);
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
        {
            await SettleLapsedAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Settles what nothing was heard of for the lease. Nothing but the agent's end may end the watch: whatever fails is tried again at its next round.</summary>
    private async Task SettleLapsedAsync()
    {
        try
        {
            foreach (var reservation in journal.ListOpen())
            {
                if (!_lastSeen.TryGetValue(reservation.Id, out var lastSeen) || clock.GetElapsedTime(lastSeen) > Lease)
                {
                    await SettleLeftAsync(reservation).ConfigureAwait(false);
                }
                else if (relays.IsActive(reservation.Id))
                {
                    _lastSeen.TryUpdate(reservation.Id, clock.GetTimestamp(), lastSeen);
                }
            }
        }
        catch (Exception exception) when (!_stop.IsCancellationRequested)
        {
            MigrationLog.LeaseWatchFaulted(log, exception);
        }
    }

    private async Task SettleLeftAsync(Reservation reservation)
    {
        try
        {
            await SettleAsync(reservation.Source, reservation.Id, reservation.Vm.Uuid, mayRun: true, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (!_stop.IsCancellationRequested)
        {
            // Libvirt does not answer or a file can not be removed.
            MigrationLog.SettlingFailed(log, exception, reservation.Id);
        }
    }

    private async Task<Turn> TakeTurnAsync(MigrationId id, CancellationToken cancellationToken)
    {
        var turn = _turns.GetOrAdd(id, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(turn);
    }

    private static (IReadOnlyList<Reservation> Earlier, IReadOnlyList<Reservation> Others) Split(IReadOnlyList<Reservation> open, ReservationRequest request)
    {
        var rest = open.Where(one => one.Id != request.Id).ToLookup(one => one.Vm.Uuid == request.Vm.Uuid);
        return ([.. rest[true]], [.. rest[false]]);
    }

    private static bool MadeFor(IReadOnlyList<Reservation> earlier, string target) => earlier.Any(reservation =>
        reservation.Vm.Disks.FirstOrDefault(disk => disk.Target == target)?.Path is { } path && reservation.CreatedImages.Contains(path));

    /// <summary>Whether another VM that is on its way here was promised the path of a disk.</summary>
    private static bool IsTaken(IReadOnlyList<Reservation> others, VmFacts vm, string target) =>
        vm.Disks.FirstOrDefault(disk => disk.Target == target)?.Path is { } path
        && others.Any(other => other.Vm.Disks.Any(disk => disk.Path == path && other.CopiedDisks.Contains(disk.Target)));

    private enum Outcome
    {
        /// <summary>No copy is here.</summary>
        Gone,

        /// <summary>The guest came and runs.</summary>
        Runs,

        /// <summary>A VM of that UUID is here that no migration of ours has brought.</summary>
        Foreign,
    }

    private readonly struct Turn(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
