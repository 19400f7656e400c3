using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

/// <summary>A virtual machine as libvirt knows it. Usable from several threads at once.</summary>
/// <remarks>
/// All methods block until the daemon has answered, and throw <see cref="LibvirtException"/>: <see cref="LibvirtError.NoDomain"/>
/// when the domain is gone, <see cref="LibvirtError.OperationInvalid"/> when it is in the wrong state.
/// </remarks>
public sealed partial class Domain : IDisposable
{
    /// <summary>VIR_DOMAIN_START_PAUSED.</summary>
    internal const uint StartPaused = 1;

    private const uint UndefineAll = (1 << 0) | (1 << 1);       // VIR_DOMAIN_UNDEFINE_MANAGED_SAVE and _SNAPSHOTS_METADATA
    private const uint UndefineButKeepNvram = 1 << 3;           // VIR_DOMAIN_UNDEFINE_KEEP_NVRAM

    private readonly LibvirtConnection _connection;
    private readonly DomainHandle _handle;

    internal unsafe Domain(LibvirtConnection connection, DomainHandle handle)
    {
        _connection = connection;
        _handle = handle;
        Name = NativeText.Borrow(LibVirt.virDomainGetName(handle)) ?? "";
        var uuid = stackalloc byte[16];

        // SAFETY: libvirt writes 16 bytes; both values are kept in the handle, so nothing is asked of the daemon.
        Uuid = LibVirt.virDomainGetUUID(handle, uuid) == 0 ? NativeText.ToGuid(uuid) : throw Failed("read the UUID of");
    }

    /// <summary>Its name when this object was made.</summary>
    public string Name { get; }

    /// <summary>Its UUID, which it keeps for life and on every host.</summary>
    public Guid Uuid { get; }

    /// <summary>Whether the daemon keeps its definition when it stops.</summary>
    public bool IsPersistent => Truth(LibVirt.virDomainIsPersistent(_handle), "tell the persistence of");

    /// <summary>Whether it has a hypervisor process: running, paused, or on its way in or out.</summary>
    public bool IsActive => Truth(LibVirt.virDomainIsActive(_handle), "read the state of");

    /// <summary>The state it is in.</summary>
    /// <param name="reason">Why: a number whose meaning depends on the state, such as <see cref="PausedReason"/>.</param>
    public DomainState GetState(out int reason) => LibVirt.virDomainGetState(_handle, out var state, out reason, 0) < 0
        ? throw Failed("read the state of")
        : (DomainState)state;

    /// <summary>Its state, memory and CPUs.</summary>
    public DomainInfo GetInfo() => LibVirt.virDomainGetInfo(_handle, out var info) < 0
        ? throw Failed("read the memory and CPUs of")
        : new DomainInfo((DomainState)info.State, (long)info.MaxMem * 1024, (long)info.Memory * 1024, info.NrVirtCpu,
            TimeSpan.FromTicks((long)(info.CpuTime / (ulong)TimeSpan.NanosecondsPerTick)));

    /// <summary>Its description; see <see cref="Xml.DomainDescription"/>.</summary>
    public string GetXml(DomainXml flags = DomainXml.None) =>
        NativeText.Take(LibVirt.virDomainGetXMLDesc(_handle, (uint)flags)) ?? throw Failed("read the description of");

    /// <summary>The size of one of its disks.</summary>
    /// <param name="target">The disk's target name, such as "vda", or its source path.</param>
    public BlockInfo GetBlockInfo(string target)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        return LibVirt.virDomainGetBlockInfo(_handle, target, out var info, 0) < 0
            ? throw Failed($"read the size of the disk {target} of")
            : new BlockInfo((long)info.Capacity, (long)info.Allocation, (long)info.Physical);
    }

    /// <summary>Starts a domain that is defined.</summary>
    /// <param name="paused">Whether its CPUs wait for <see cref="Resume"/>.</param>
    public void Create(bool paused = false) => Check(LibVirt.virDomainCreateWithFlags(_handle, paused ? StartPaused : 0), "start");

    /// <summary>Pauses its CPUs.</summary>
    public void Suspend() => Check(LibVirt.virDomainSuspend(_handle), "pause");

    /// <summary>Lets its CPUs run again.</summary>
    public void Resume() => Check(LibVirt.virDomainResume(_handle), "resume");

    /// <summary>Ends its hypervisor process at once, as pulling the plug does. A transient domain is gone afterwards.</summary>
    public void Destroy() => Check(LibVirt.virDomainDestroy(_handle), "destroy");

    /// <summary>
    /// Forgets its definition with its managed save image and the metadata of its snapshots; disks and firmware variables stay.
    /// A domain that runs goes on as a transient one.
    /// </summary>
    public void Undefine()
    {
        if (LibVirt.virDomainUndefineFlags(_handle, UndefineAll | UndefineButKeepNvram) == 0)
        {
            return;
        }

        var error = Failed("undefine");
        if (error.Error != LibvirtError.InvalidArgument)
        {
            throw error;
        }

        // A driver without firmware variables knows no such flag. One with them deletes none without being told to.
        Check(LibVirt.virDomainUndefineFlags(_handle, UndefineAll), "undefine");
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private bool Truth(int result, string attempt) => result < 0 ? throw Failed(attempt) : result != 0;

    private void Check(int result, string attempt)
    {
        if (result < 0)
        {
            throw Failed(attempt);
        }
    }

    private LibvirtException Failed(string attempt) => LibvirtErrors.Last($"{attempt} the domain {Name}", _connection.Handle);
}
