using LivCloud.Core;
using LivCloud.Migration.Destination;

namespace LivCloud.Migration.Ports;

/// <summary>The ways to other hosts' agents.</summary>
public interface IMigrationChannels
{
    /// <summary>Whether a host of that name is configured.</summary>
    bool Knows(HostName host);

    /// <summary>Reaches the agent of a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="transport">Over what; null leaves it to the agent's settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FailureException"><see cref="FailureCode.PeerUnreachable"/>, <see cref="FailureCode.PeerUntrusted"/>.</exception>
    Task<IMigrationChannel> ConnectAsync(HostName host, LinkTransport? transport, CancellationToken cancellationToken);
}

/// <summary>The way to the destination's agent: its answers, and the relays that libvirt and QEMU use.</summary>
public interface IMigrationChannel
{
    /// <summary>"tcp" or "udt".</summary>
    string Transport { get; }

    /// <summary>Why that, as a clause.</summary>
    string TransportReason { get; }

    /// <summary>The TLS cipher suite.</summary>
    string Cipher { get; }

    /// <summary>The path's round trip, smoothed.</summary>
    TimeSpan RoundTrip { get; }

    /// <summary>How many links are up; 0 while the connection is being restored.</summary>
    int Links { get; }

    /// <summary>How long nothing has come from the destination; null while no link is up.</summary>
    TimeSpan? Silence { get; }

    /// <summary>How long the connection may still take to be restored before it is given up; null while a link is up.</summary>
    TimeSpan? HoldRemaining { get; }

    /// <summary>Cancelled when the session has failed for good.</summary>
    CancellationToken Lost { get; }

    /// <summary>What the path was last seen to carry; null when it was not measured lately.</summary>
    PathMeasure? KnownPath { get; }

    /// <summary>Measures what the path carries, by sending for a while; what was measured shortly before is taken instead.</summary>
    /// <param name="cap">The most that may be sent; null: no limit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FailureException"><see cref="FailureCode.PeerUnreachable"/>.</exception>
    Task<PathMeasure> MeasurePathAsync(Bandwidth? cap, CancellationToken cancellationToken);

    /// <summary>Asks what the destination would say, without reserving anything.</summary>
    Task<ReservationAnswer> AppraiseAsync(ReservationRequest request, CancellationToken cancellationToken);

    /// <summary>Reserves what the VM needs.</summary>
    Task<ReservationAnswer> ReserveAsync(ReservationRequest request, CancellationToken cancellationToken);

    /// <summary>Makes images and sockets ready.</summary>
    Task PrepareAsync(MigrationId id, CancellationToken cancellationToken);

    /// <summary>Ends the migration there for good and tells who has the VM: a copy that does not run is cleared.</summary>
    /// <param name="id">The migration.</param>
    /// <param name="vm">Its VM.</param>
    /// <param name="mayRun">Whether libvirt's Finish call may have been let through; without it no copy of ours can run there.</param>
    /// <param name="cancellationToken">Gives up asking.</param>
    Task<SettlementAnswer> SettleAsync(MigrationId id, Guid vm, bool mayRun, CancellationToken cancellationToken);

    /// <summary>Opens the local sockets for libvirt and QEMU and relays what connects to them.</summary>
    Task<IMigrationRelay> OpenRelayAsync(MigrationId id, IFinishGate gate, CancellationToken cancellationToken);

    /// <summary>What a migration may take of the path; null: it sends no more.</summary>
    void SetShare(MigrationId id, PathShare? share);
}

/// <summary>What a migration may take of the path to the destination.</summary>
/// <param name="Cap">The most that it sends; null: no limit of its own. The least of all that share a session counts.</param>
/// <param name="Priority">Whether it leaves the path to others. The highest of all that share a session counts.</param>
public sealed record PathShare(Bandwidth? Cap, TrafficPriority Priority);

/// <summary>The sockets at the source that stand for the destination.</summary>
public interface IMigrationRelay : IAsyncDisposable
{
    /// <summary>URI of the destination's libvirt.</summary>
    string ConnectionUri { get; }

    /// <summary>URI for the memory.</summary>
    string MigrationUri { get; }

    /// <summary>URI for the disks.</summary>
    string DisksUri { get; }

    /// <summary>What was carried in both directions, in bytes.</summary>
    long WireBytes { get; }

    /// <summary>Breaks the disks' connections of a move that goes back: libvirt would wait until all that is on its way has been written.</summary>
    void DropDisks();
}

/// <summary>What decides at the one instant that matters: libvirt's call that makes the destination run the guest.</summary>
public interface IFinishGate
{
    /// <summary>Called before the Finish call is passed on; it is passed on only when this returns normally.</summary>
    ValueTask BeforeFinishAsync();

    /// <summary>Called when the answer is there, or with false when it never will be, before libvirt hears of it.</summary>
    /// <param name="succeeded">Whether the destination says that it runs the guest.</param>
    ValueTask OnFinishAnsweredAsync(bool succeeded);

    /// <summary>Called once the local libvirt has the answer.</summary>
    void AfterFinish();
}
