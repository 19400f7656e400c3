using LivCloud.Core;
using LivCloud.Libvirt;
using LivCloud.Libvirt.Xml;
using LivCloud.Migration.Vms;

namespace LivCloud.Agent.Hypervisor;

/// <summary>Reads what a move needs to know of a domain.</summary>
internal static class VmReader
{
    /// <summary>Reads a domain.</summary>
    /// <param name="connection">The daemon that has it.</param>
    /// <param name="domain">The domain.</param>
    public static VmFacts Read(LibvirtConnection connection, Domain domain)
    {
        if (!DomainDescription.TryParse(domain.GetXml(DomainXml.Migratable), out var description, out var reason))
        {
            throw new FailureException(FailureCode.HypervisorFailed, $"The definition of {domain.Name} can not be understood: {reason}.");
        }

        var state = State(domain);
        var disks = description.Disks.Select(disk => ReadDisk(domain, disk, state)).ToList();
        return new VmFacts
        {
            Name = domain.Name,
            Uuid = domain.Uuid,
            State = state,
            IsPersistent = domain.IsPersistent,
            StartsWithHost = domain.IsPersistent && domain.StartsWithHost,
            VirtualizationType = description.VirtualizationType,
            Architecture = description.Architecture ?? "x86_64",
            MachineType = description.MachineType ?? "",
            MemoryBytes = description.MemoryBytes,
            VirtualCpus = description.VirtualCpus,
            CpuXml = ReadCpu(connection, description.CpuXml),
            Disks = [.. disks.Select(disk => disk.Disk)],
            Attachments = [.. description.Interfaces.Select(ReadAttachment).OfType<VmAttachment>()],
            Blockers = [.. description.MigrationBlockers, .. disks.Select(disk => disk.Blocker).OfType<string>()],
        };
    }

    /// <summary>What a domain does now.</summary>
    public static VmState State(Domain domain) => domain.GetState(out _) switch
    {
        DomainState.Running or DomainState.Blocked => VmState.Running,
        DomainState.Paused => VmState.Paused,
        DomainState.ShutOff => VmState.ShutOff,
        _ => VmState.Other,
    };

    /// <summary>Whether a domain is paused because somebody paused it (VIR_DOMAIN_PAUSED_USER).</summary>
    public static bool IsPausedByUser(Domain domain)
    {
        const int user = 1;
        return domain.GetState(out var reason) == DomainState.Paused && reason == user;
    }

    private static (VmDisk Disk, string? Blocker) ReadDisk(Domain domain, DomainDisk disk, VmState state)
    {
        var kind = disk switch
        {
            { HasMedium: false } => DiskKind.Empty,
            { SourceType: "file" } => DiskKind.File,
            { SourceType: "block" } => DiskKind.Block,
            _ => DiskKind.Network,
        };
        var blocker = disk switch
        {
            { SourceType: "volume" or "dir" or "vhostuser" or "vhostvdpa" or "nvme" } => $"disk {disk.Target} of type {disk.SourceType}",
            { HasMedium: true, Kind: "floppy" } => $"a floppy image in {disk.Target}",
            _ => null,
        };

        // Libvirt would let this wait for half a minute on a domain that is just coming in.
        var size = kind == DiskKind.Empty || blocker is not null || state != VmState.Running ? new BlockInfo(0, 0, 0) : domain.GetBlockInfo(disk.Target);
        return (
            new VmDisk
            {
                Target = disk.Target,
                Kind = kind,
                Path = disk.SourcePath ?? (disk.SourceName is null ? null : $"{disk.Protocol}:{disk.SourceName}"),
                Format = disk.Format ?? "raw",
                CapacityBytes = size.CapacityBytes,
                AllocationBytes = size.AllocationBytes,
                IsReadOnly = disk.IsReadOnly,
            },
            blocker);
    }

    private static VmAttachment? ReadAttachment(DomainInterface network) => (network.Type, network.SourceName) switch
    {
        (_, null) => null,
        ("network", var name) => new VmAttachment(AttachmentKind.Network, name),
        ("bridge", var name) => new VmAttachment(AttachmentKind.Bridge, name),
        ("direct", var name) => new VmAttachment(AttachmentKind.Device, name),
        _ => null,
    };

    /// <summary>The CPU in terms that another host can compare itself with.</summary>
    private static string? ReadCpu(LibvirtConnection connection, string? cpuXml)
    {
        if (cpuXml is null || cpuXml.Contains("mode='maximum'", StringComparison.Ordinal) || cpuXml.Contains("mode=\"maximum\"", StringComparison.Ordinal))
        {
            return null;
        }

        // The guest of a host-passthrough CPU sees this host's CPU, so that is what the destination must offer.
        return cpuXml.Contains("host-passthrough", StringComparison.Ordinal)
            && HostCapabilities.TryParse(connection.GetCapabilities(), out var capabilities, out _)
            ? capabilities.CpuXml
            : cpuXml;
    }
}
