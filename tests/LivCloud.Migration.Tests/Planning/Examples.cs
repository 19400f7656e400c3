using LivCloud.Core;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Vms;

namespace LivCloud.Migration.Tests.Planning;

/// <summary>A VM and a host that suit each other; tests change one thing.</summary>
internal static class Examples
{
    public const string DiskPath = "/var/lib/libvirt/images/web.qcow2";

    public static VmFacts Vm => new()
    {
        Name = "web",
        Uuid = Guid.Parse("5b0a6f1e-2b1f-4a53-9a3d-0d1b8a3f6f10"),
        State = VmState.Running,
        IsPersistent = true,
        StartsWithHost = false,
        VirtualizationType = "kvm",
        Architecture = "x86_64",
        MachineType = "pc-q35-10.0",
        MemoryBytes = 512L << 20,
        VirtualCpus = 1,
        Disks = [Disk()],
        Attachments = [new VmAttachment(AttachmentKind.Bridge, "br0")],
        Blockers = [],
    };

    public static DestinationFacts Host => new()
    {
        Host = HostName.Parse("cloud"),
        MemoryFreeBytes = 8L << 30,
        ExistingVm = VmState.Absent,
        OffersMachineType = true,
        MissingAttachments = [],
        Places = [Place()],
    };

    public static VmDisk Disk(DiskKind kind = DiskKind.File, string format = "qcow2") => new()
    {
        Target = "vda",
        Kind = kind,
        Path = DiskPath,
        Format = format,
        CapacityBytes = 1L << 30,
        AllocationBytes = 64L << 20,
        IsReadOnly = false,
    };

    public static DiskPlace Place(bool sees = false, bool exists = false, bool usable = true, long free = 10L << 30) => new()
    {
        Target = "vda",
        SeesSourceFile = sees,
        Exists = exists,
        DirectoryUsable = usable,
        FreeBytes = free,
    };
}
