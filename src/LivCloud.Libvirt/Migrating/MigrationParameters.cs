using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

/// <summary>What is moved and over which connections (VIR_MIGRATE_PARAM_* of libvirt-domain.h). Null leaves a value to libvirt.</summary>
public sealed record MigrationParameters
{
    /// <summary>Where the source's QEMU sends memory to, such as "unix:///run/livcloud/…/mig.sock".</summary>
    public string? MigrateUri { get; init; }

    /// <summary>Where disks are copied to over NBD, such as "unix:///run/livcloud/…/nbd.sock".</summary>
    public string? DisksUri { get; init; }

    /// <summary>The name at the destination.</summary>
    public string? DestinationName { get; init; }

    /// <summary>The description the guest runs with at the destination; it may differ in what the guest can not see.</summary>
    public string? DestinationXml { get; init; }

    /// <summary>The definition that the destination keeps, with <see cref="MigrateFlags.PersistDestination"/>.</summary>
    public string? PersistentXml { get; init; }

    /// <summary>The address that the destination listens on, for a <see cref="MigrateUri"/> of TCP.</summary>
    public string? ListenAddress { get; init; }

    /// <summary>
    /// Target names ("vda") of the disks to copy. Empty: with a non-shared flag, all that are neither read-only nor shareable.
    /// </summary>
    public IReadOnlyList<string> MigrateDisks { get; init; } = [];

    /// <summary>The most that is sent, in MiB/s.</summary>
    public long? BandwidthMiBPerSecond { get; init; }

    /// <summary>The most that is sent in post-copy, in MiB/s.</summary>
    public long? PostCopyBandwidthMiBPerSecond { get; init; }

    /// <summary>How many connections carry memory, with <see cref="MigrateFlags.Parallel"/>.</summary>
    public int? ParallelConnections { get; init; }

    /// <summary>The compression with <see cref="MigrateFlags.Compressed"/>, such as "xbzrle".</summary>
    public string? Compression { get; init; }

    /// <summary>The cache of xbzrle, in bytes.</summary>
    public long? XbzrleCacheBytes { get; init; }

    /// <summary>How much auto-converge slows the CPUs at first, in percent.</summary>
    public int? AutoConvergeInitialPercent { get; init; }

    /// <summary>How much more it slows them each time, in percent.</summary>
    public int? AutoConvergeIncrementPercent { get; init; }

    /// <summary>A native list of what is set; the caller disposes of it.</summary>
    internal TypedParameterList ToNative()
    {
        var list = new TypedParameterList();
        try
        {
            list.Add("migrate_uri", MigrateUri);
            list.Add("disks_uri", DisksUri);
            list.Add("destination_name", DestinationName);
            list.Add("destination_xml", DestinationXml);
            list.Add("persistent_xml", PersistentXml);
            list.Add("listen_address", ListenAddress);
            foreach (var disk in MigrateDisks)
            {
                list.Add("migrate_disks", disk);
            }

            list.Add("bandwidth", (ulong?)BandwidthMiBPerSecond);
            list.Add("bandwidth.postcopy", (ulong?)PostCopyBandwidthMiBPerSecond);
            list.Add("parallel.connections", ParallelConnections);
            list.Add("compression", Compression);
            list.Add("compression.xbzrle.cache", (ulong?)XbzrleCacheBytes);
            list.Add("auto_converge.initial", AutoConvergeInitialPercent);
            list.Add("auto_converge.increment", AutoConvergeIncrementPercent);
            return list;
        }
        catch
        {
            list.Dispose();
            throw;
        }
    }
}
