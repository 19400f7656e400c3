using LivCloud.Core;

namespace LivCloud.Migration.Destination;

/// <summary>The relays from the channel to the local libvirt and QEMU, for migrations that come here.</summary>
public interface IInboundRelays
{
    /// <summary>Makes the directory in which QEMU will create its sockets.</summary>
    Task OpenAsync(MigrationId id, CancellationToken cancellationToken);

    /// <summary>Whether any stream of the migration is relayed now.</summary>
    bool IsActive(MigrationId id);

    /// <summary>
    /// Ends all relays of a migration and removes its directory. When libvirt is just working on the call that runs the guest, waits for
    /// that to end first, so that what is seen of the VM afterwards is final.
    /// </summary>
    Task CloseAsync(MigrationId id, CancellationToken cancellationToken);
}
