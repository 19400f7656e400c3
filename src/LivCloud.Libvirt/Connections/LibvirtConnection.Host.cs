using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

public sealed partial class LibvirtConnection
{
    private const int AllNumaCells = -1;           // VIR_NODE_MEMORY_STATS_ALL_CELLS
    private const uint FailWhenIncompatible = 1;   // VIR_CONNECT_COMPARE_CPU_FAIL_INCOMPATIBLE

    /// <summary>The host's name as its daemon sees it.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public string HostName => NativeText.Take(LibVirt.virConnectGetHostname(_handle)) ?? throw Failed("read the host's name");

    /// <summary>The version of the daemon's libvirt.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public Version LibraryVersion => LibVirt.virConnectGetLibVersion(_handle, out var version) == 0
        ? ToVersion(version)
        : throw Failed("read libvirt's version");

    /// <summary>The version of the hypervisor, such as QEMU's; 0.0.0 when the driver can not tell.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public Version HypervisorVersion => LibVirt.virConnectGetVersion(_handle, out var version) == 0
        ? ToVersion(version)
        : throw Failed("read the hypervisor's version");

    /// <summary>What the host has and offers, as XML; see <see cref="Xml.HostCapabilities"/>.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public string GetCapabilities() =>
        NativeText.Take(LibVirt.virConnectGetCapabilities(_handle)) ?? throw Failed("read the host's capabilities");

    /// <summary>What one emulator offers, as XML. A null argument means the host's default.</summary>
    /// <exception cref="LibvirtException">The host has no such emulator, architecture, machine type or virtualization type.</exception>
    public string GetDomainCapabilities(string? emulator, string? architecture, string? machine, string? virtualizationType) =>
        NativeText.Take(LibVirt.virConnectGetDomainCapabilities(_handle, emulator, architecture, machine, virtualizationType, 0))
        ?? throw Failed($"read the capabilities of domains (emulator {emulator ?? "default"}, {architecture ?? "default"}, machine type "
            + $"{machine ?? "default"}, type {virtualizationType ?? "default"})");

    /// <summary>The host's processors and memory.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public unsafe NodeInfo GetNodeInfo()
    {
        if (LibVirt.virNodeGetInfo(_handle, out var info) < 0)
        {
            throw Failed("read the host's processors and memory");
        }

        // SAFETY: info is a local of fixed size; its field Model is 32 bytes.
        var model = NativeText.FromField(info.Model, 32);
        return new NodeInfo(model, (long)info.Memory * 1024, (int)info.Cpus, (int)info.Mhz, (int)info.Nodes, (int)info.Sockets,
            (int)info.Cores, (int)info.Threads);
    }

    /// <summary>Memory that a new guest could use now: free, buffers and page cache, in bytes.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer, or its driver can not tell.</exception>
    public long GetFreeMemoryBytes() => SumMemoryStatistics("free", "buffers", "cached");

    /// <summary>All memory of the host, in bytes, as its kernel counts it; <see cref="GetNodeInfo"/> counts by NUMA cell, which can be less.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer, or its driver can not tell.</exception>
    public long GetMemoryBytes() => SumMemoryStatistics("total");

    private unsafe long SumMemoryStatistics(params ReadOnlySpan<string> names)
    {
        const int mostFields = 16;
        var count = 0;

        // SAFETY: with no list the call only says how many fields there are; the second call writes at most `count` elements of a list
        // of mostFields.
        if (LibVirt.virNodeGetMemoryStats(_handle, AllNumaCells, null, ref count, 0) < 0)
        {
            throw Failed("read the host's memory statistics");
        }

        count = Math.Min(count, mostFields);
        var fields = stackalloc NativeNodeMemoryStats[mostFields];
        if (LibVirt.virNodeGetMemoryStats(_handle, AllNumaCells, fields, ref count, 0) < 0)
        {
            throw Failed("read the host's memory statistics");
        }

        var kibibytes = 0L;
        for (var index = 0; index < Math.Min(count, mostFields); index++)
        {
            if (names.Contains(NativeText.FromField(fields[index].Field, 80)))
            {
                kibibytes += (long)fields[index].Value;
            }
        }

        return kibibytes * 1024;
    }

    /// <summary>Compares the CPU that a hypervisor offers here with a CPU description. A null argument means the host's default.</summary>
    /// <exception cref="LibvirtException">The description is no CPU, or the daemon can not compare.</exception>
    public CpuComparison CompareHypervisorCpu(
        string? emulator, string? architecture, string? machine, string? virtualizationType, string cpuXml) =>
        CompareHypervisorCpu(emulator, architecture, machine, virtualizationType, cpuXml, out _);

    /// <summary>Compares the CPU that a hypervisor offers here with a CPU description. A null argument means the host's default.</summary>
    /// <param name="emulator">The emulator's path.</param>
    /// <param name="architecture">The guest's architecture.</param>
    /// <param name="machine">The guest's machine type.</param>
    /// <param name="virtualizationType">kvm or qemu.</param>
    /// <param name="cpuXml">A `cpu` element of a domain, or of a host's capabilities.</param>
    /// <param name="reason">When incompatible, what libvirt says, which names the features that lack; else null.</param>
    /// <exception cref="LibvirtException">The description is no CPU, or the daemon can not compare.</exception>
    public CpuComparison CompareHypervisorCpu(
        string? emulator, string? architecture, string? machine, string? virtualizationType, string cpuXml, out string? reason)
    {
        ArgumentNullException.ThrowIfNull(cpuXml);
        var result = LibVirt.virConnectCompareHypervisorCPU(
            _handle, emulator, architecture, machine, virtualizationType, cpuXml, FailWhenIncompatible);
        reason = null;
        if (result > 0)
        {
            return (CpuComparison)result;
        }

        var error = Failed("compare the CPU with the host's");
        if (result == 0 || error.Error == LibvirtError.CpuIncompatible)
        {
            reason = error.NativeMessage;
            return CpuComparison.Incompatible;
        }

        throw error;
    }

    /// <summary>Whether a virtual network of that name is defined and active.</summary>
    /// <exception cref="LibvirtException">The daemon did not answer.</exception>
    public bool HasNetwork(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using var network = LibVirt.virNetworkLookupByName(_handle, name);
        if (network.IsInvalid)
        {
            var error = Failed($"find the network {name}");
            return error.Error == LibvirtError.NoNetwork ? false : throw error;
        }

        return LibVirt.virNetworkIsActive(network) switch
        {
            < 0 => throw Failed($"read the state of the network {name}"),
            0 => false,
            _ => true,
        };
    }

    private LibvirtException Failed(string attempt) => LibvirtErrors.Last($"{attempt} at {Uri}", _handle);

    // Libvirt's rule: major * 1,000,000 + minor * 1,000 + release.
    private static Version ToVersion(nuint version) =>
        new((int)(version / 1_000_000), (int)(version / 1_000 % 1_000), (int)(version % 1_000));
}
