using LivCloud.Core;
using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

public sealed partial class Domain
{
    private const long BytesPerMiB = 1024 * 1024;

    /// <summary>Migrates the domain (virDomainMigrateToURI3). The task ends when libvirt's call does, which may take hours.</summary>
    /// <param name="destinationUri">
    /// With <see cref="MigrateFlags.PeerToPeer"/>, the URI by which this host's daemon reaches the destination's.
    /// </param>
    /// <param name="parameters">What to move, and how.</param>
    /// <param name="flags">How to move it.</param>
    /// <returns>
    /// A task that fails with <see cref="LibvirtException"/>; <see cref="LibvirtError.OperationAborted"/> after <see cref="AbortJob"/>.
    /// </returns>
    /// <remarks>
    /// The call runs on a thread of its own. With peer-to-peer the job belongs to the daemon: when this process ends or its connection
    /// breaks, the migration goes on. There is no cancellation token for that reason; end it by <see cref="AbortJob"/>.
    /// </remarks>
    public Task MigrateAsync(string destinationUri, MigrationParameters parameters, MigrateFlags flags)
    {
        ArgumentException.ThrowIfNullOrEmpty(destinationUri);
        ArgumentNullException.ThrowIfNull(parameters);
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Migrate(destinationUri, parameters, flags, completion))
        {
            IsBackground = true,
            Name = $"migrate {Name}",
        };
        thread.Start();
        return completion.Task;
    }

    /// <summary>Switches a migration that was started with <see cref="MigrateFlags.PostCopy"/> to post-copy.</summary>
    public void StartPostCopy() => Check(LibVirt.virDomainMigrateStartPostCopy(_handle, 0), "switch to post-copy");

    /// <summary>Sets how long the guest may be paused at the switch-over; rounded down to milliseconds, at least 1.</summary>
    public void SetMigrationMaxDowntime(TimeSpan downtime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(downtime, TimeSpan.Zero);
        Check(LibVirt.virDomainMigrateSetMaxDowntime(_handle, (ulong)Math.Max(1, (long)downtime.TotalMilliseconds), 0),
            "set the greatest downtime of");
    }

    /// <summary>Sets the most that a migration's memory and disks may take of the network, at once when one runs.</summary>
    /// <param name="bandwidth">Libvirt counts in MiB/s: it is rounded down, to at least 1 MiB/s.</param>
    public void SetMigrationMaxSpeed(Bandwidth bandwidth) => SetMigrationMaxSpeed(Math.Max(1, bandwidth.BytesPerSecond / BytesPerMiB));

    /// <summary>Sets the most that a migration's memory and disks may take of the network, at once when one runs.</summary>
    /// <param name="mebibytesPerSecond">The limit in MiB/s; 0 is libvirt's default.</param>
    public void SetMigrationMaxSpeed(long mebibytesPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(mebibytesPerSecond);
        Check(LibVirt.virDomainMigrateSetMaxSpeed(_handle, (nuint)mebibytesPerSecond, 0), "set the migration speed of");
    }

    /// <summary>The limit that <see cref="SetMigrationMaxSpeed(long)"/> set, in MiB/s.</summary>
    public long GetMigrationMaxSpeed() => LibVirt.virDomainMigrateGetMaxSpeed(_handle, out var mebibytesPerSecond, 0) < 0
        ? throw Failed("read the migration speed of")
        : (long)Math.Min((ulong)mebibytesPerSecond, long.MaxValue);

    private void Migrate(string destinationUri, MigrationParameters parameters, MigrateFlags flags, TaskCompletionSource completion)
    {
        try
        {
            using var list = parameters.ToNative();
            Check(LibVirt.virDomainMigrateToURI3(_handle, destinationUri, list.Pointer, list.Count, (uint)flags), "migrate");
            completion.SetResult();
        }
        catch (Exception ex)
        {
            // This thread is the task's owner: whatever went wrong is the task's result.
            completion.SetException(ex);
        }
    }
}
