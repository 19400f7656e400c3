using LivCloud.Core;
using LivCloud.Migration.Destination;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Tests.Planning;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Tests.Destination;

/// <summary>A destination's surroundings in memory: its libvirt, files, journal and relays.</summary>
internal sealed class FakeHost : IHypervisor, IStorage, IReservationJournal, IInboundRelays
{
    private readonly Dictionary<MigrationId, Reservation> _reservations = [];

    public VmState State { get; set; } = VmState.Absent;

    public HashSet<string> Files { get; } = [];

    public bool IsReadOnly { get; set; }

    /// <summary>What happens while relays are closed, such as libvirt's late answer.</summary>
    public Action Closing { get; set; } = () => { };

    /// <summary>What happens once the journal has a reservation, before its writer goes on.</summary>
    public Action Saved { get; set; } = () => { };

    public Reservation this[MigrationId id] => _reservations[id];

    public Task<VmState> GetStateAsync(Guid vm, CancellationToken cancellationToken) => Task.FromResult(State);

    public bool IsPausedByUser { get; set; }

    public Task<bool> IsPausedByUserAsync(Guid vm, CancellationToken cancellationToken) => Task.FromResult(IsPausedByUser);

    public Task<DestinationFacts> AppraiseAsync(VmFacts vm, CancellationToken cancellationToken) => Task.FromResult(Examples.Host with { ExistingVm = State });

    public Task DestroyAsync(Guid vm, bool undefine, CancellationToken cancellationToken)
    {
        State = VmState.Absent;
        return Task.CompletedTask;
    }

    public Task SetStartsWithHostAsync(Guid vm, bool starts, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<DiskPlace>> AppraiseAsync(VmFacts vm, IReadOnlyList<StorageProbe> probes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DiskPlace>>([.. vm.Disks.Select(disk => Examples.Place(exists: Files.Contains(disk.Path!)))]);

    public bool Exists(string path) => Files.Contains(path);

    public string? Identify(string path) => Exists(path) ? path : null;

    public Task CreateImageAsync(VmDisk disk, CancellationToken cancellationToken)
    {
        Assert.True(Files.Add(disk.Path!), "libvirt makes no image where one is");
        return Task.CompletedTask;
    }

    public Task DiscardImageAsync(string path, CancellationToken cancellationToken)
    {
        if (IsReadOnly)
        {
            throw new FailureException(FailureCode.DiskPathUnusable, $"The image {path} could not be deleted: read-only file system.");
        }

        Files.Remove(path);
        return Task.CompletedTask;
    }

    public void Save(Reservation reservation)
    {
        _reservations[reservation.Id] = reservation;
        Saved();
    }

    public Reservation? Find(MigrationId id) => _reservations.GetValueOrDefault(id);

    public IReadOnlyList<Reservation> ListOpen() => [.. _reservations.Values.Where(one => one.IsOpen)];

    public Task OpenAsync(MigrationId id, CancellationToken cancellationToken) => Task.CompletedTask;

    public bool IsActive(MigrationId id) => false;

    public Task CloseAsync(MigrationId id, CancellationToken cancellationToken)
    {
        Closing();
        return Task.CompletedTask;
    }

    // A destination asks none of these.
    public Task<VmFacts?> DescribeAsync(string nameOrUuid, CancellationToken cancellationToken) => throw new InvalidOperationException();

    public Task<IOutgoingMigration> StartMigrationAsync(OutgoingOrder order, CancellationToken cancellationToken) => throw new InvalidOperationException();

    public Task AbortJobAsync(Guid vm, CancellationToken cancellationToken) => throw new InvalidOperationException();

    public Task ResumeAsync(Guid vm, CancellationToken cancellationToken) => throw new InvalidOperationException();

    public Task<EmulatorIdentity?> FindEmulatorAsync(Guid vm, CancellationToken cancellationToken) => throw new InvalidOperationException();

    public Task<IReadOnlyList<StorageProbe>> PlaceProbesAsync(MigrationId id, VmFacts vm, CancellationToken cancellationToken) => throw new InvalidOperationException();

    public void RemoveProbes(IReadOnlyList<StorageProbe> probes) => throw new InvalidOperationException();

    public Task DeleteImageAsync(string path, CancellationToken cancellationToken) => throw new InvalidOperationException();

    public Task RenameImageAsync(string path, MigrationId id, CancellationToken cancellationToken) => throw new InvalidOperationException();
}
