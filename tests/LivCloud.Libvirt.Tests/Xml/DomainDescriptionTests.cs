using LivCloud.Libvirt.Xml;

namespace LivCloud.Libvirt.Tests.Xml;

public sealed class DomainDescriptionTests
{
    private const string Web = """
        <domain type='kvm' id='3'>
          <name>web &amp; more</name>
          <uuid>7d1d5f6c-2f0e-4f3d-9a53-0c6a3cfb6a01</uuid>
          <memory unit='MiB'>256</memory>
          <currentMemory unit='KiB'>131072</currentMemory>
          <vcpu placement='static' current='1'>4</vcpu>
          <os><type arch='x86_64' machine='pc-q35-10.0'>hvm</type></os>
          <cpu mode='custom' match='exact' check='full'><model fallback='forbid'>Westmere</model></cpu>
          <devices>
            <emulator>/usr/bin/qemu-system-x86_64</emulator>
            <disk type='file' device='disk'>
              <driver name='qemu' type='qcow2' cache='none'/>
              <source file='/var/lib/livcloud/web.qcow2' index='1'/>
              <backingStore type='file'><format type='raw'/><source file='/base.img'/></backingStore>
              <target dev='vda' bus='virtio'/><serial>S1</serial>
            </disk>
            <disk type='block' device='disk'>
              <driver name='qemu' type='raw'/><source dev='/dev/vg/data'/><backingStore/><target dev='vdb'/><shareable/></disk>
            <disk type='network' device='disk'>
              <source protocol='rbd' name='pool/image'><host name='mon1' port='6789'/><host name='mon2'/></source><target dev='vdc'/>
            </disk>
            <disk type='volume' device='disk'><source pool='images' volume='x.img'/><target dev='vdd'/></disk>
            <disk type='file' device='cdrom'><target dev='sda'/><readonly/></disk>
            <interface type='network'>
              <mac address='52:54:00:00:00:01'/><source network='default' portid='x' bridge='virbr0'/>
              <target dev='vnet3'/><model type='virtio'/>
            </interface>
            <interface type='bridge'>
              <mac address='52:54:00:00:00:02'/><source bridge='br-int'/>
              <virtualport type='openvswitch'><parameters interfaceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/></virtualport>
            </interface>
            <interface type='direct'><source dev='eth0' mode='bridge'/></interface>
            <memballoon model='virtio'/>
          </devices>
        </domain>
        """;

    [Fact]
    public void All_that_a_migration_needs_is_read()
    {
        var web = Read(Web);

        Assert.Equal("web & more", web.Name);
        Assert.Equal(Guid.Parse("7d1d5f6c-2f0e-4f3d-9a53-0c6a3cfb6a01"), web.Uuid);
        Assert.Equal("kvm", web.VirtualizationType);
        Assert.Equal("x86_64", web.Architecture);
        Assert.Equal("pc-q35-10.0", web.MachineType);
        Assert.Equal("/usr/bin/qemu-system-x86_64", web.EmulatorPath);
        Assert.Equal(256L << 20, web.MemoryBytes);
        Assert.Equal(4, web.VirtualCpus);
        Assert.StartsWith("<cpu mode=\"custom\"", web.CpuXml, StringComparison.Ordinal);
        Assert.Empty(web.MigrationBlockers);
    }

    [Fact]
    public void Disks_of_every_kind_are_told_apart()
    {
        var disks = Read(Web).Disks.ToDictionary(disk => disk.Target);

        var system = disks["vda"];
        Assert.Equal(("disk", "file", "/var/lib/livcloud/web.qcow2"), (system.Kind, system.SourceType, system.SourcePath));
        Assert.Equal(("qcow2", "S1", "none"), (system.Format, system.Serial, system.Cache));
        Assert.True(disks["vda"].HasBackingFile);
        Assert.Equal("virtio", disks["vda"].Bus);
        var data = disks["vdb"];
        Assert.Equal(("block", "/dev/vg/data", "raw", true), (data.SourceType, data.SourcePath, data.Format, data.IsShareable));
        Assert.False(disks["vdb"].HasBackingFile);
        Assert.Equal(("rbd", "pool/image"), (disks["vdc"].Protocol, disks["vdc"].SourceName));
        Assert.Equal([new DomainDiskHost("mon1", 6789, null), new DomainDiskHost("mon2", null, null)], disks["vdc"].Hosts);
        Assert.Null(disks["vdc"].SourcePath);
        Assert.Equal(("images", "x.img"), (disks["vdd"].SourcePool, disks["vdd"].SourceVolume));
        Assert.Equal(("cdrom", true, false), (disks["sda"].Kind, disks["sda"].IsReadOnly, disks["sda"].HasMedium));
        Assert.True(disks["vda"].HasMedium);
    }

    [Fact]
    public void Interfaces_name_what_they_are_attached_to()
    {
        Assert.Equal(
            [
                new DomainInterface("network", "default", "52:54:00:00:00:01", "vnet3", "virtio", null, null),
                new DomainInterface("bridge", "br-int", "52:54:00:00:00:02", null, null, "openvswitch",
                    "09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f"),
                new DomainInterface("direct", "eth0", null, null, null, null, null),
            ],
            Read(Web).Interfaces);
    }

    [Theory]
    [InlineData("<hostdev mode='subsystem' type='usb'/>", "host device passed through (usb)")]
    [InlineData("<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>", "TPM (emulator)")]
    [InlineData("<filesystem type='mount'><source dir='/srv'/><target dir='share'/></filesystem>", "shared file system (share)")]
    [InlineData("<interface type='vhostuser'><mac address='52:54:00:00:00:09'/></interface>",
        "vhost-user network interface (52:54:00:00:00:09)")]
    [InlineData("<interface type='hostdev'/>", "network interface passed through (no MAC address)")]
    [InlineData("<disk type='vhostuser'><target dev='vdx'/></disk>", "vhost-user disk (vdx)")]
    [InlineData("<disk type='nvme'><target dev='vdx'/></disk>", "NVMe disk passed through (vdx)")]
    [InlineData("<disk type='block' device='lun'><target dev='sdx'/></disk>", "SCSI device passed through (sdx)")]
    [InlineData("<shmem name='s'/>", "shared memory (s)")]
    [InlineData("<video><model type='virtio'><acceleration accel3d='yes'/></model></video>", "video with 3D acceleration")]
    public void Devices_that_tie_a_guest_to_its_host_are_named(string device, string expected)
    {
        var web = Read(Web.Replace("<memballoon model='virtio'/>", device, StringComparison.Ordinal));

        Assert.Equal([expected], web.MigrationBlockers);
    }

    [Fact]
    public void Settings_that_tie_a_guest_to_its_host_are_named()
    {
        const string invariant = "<cpu><feature policy='require' name='invtsc'/></cpu>";
        Assert.Equal(["encrypted memory (sev)"], Read(Minimal("<launchSecurity type='sev'/>")).MigrationBlockers);
        Assert.Equal(["CPU feature invtsc without a fixed TSC frequency"], Read(Minimal(invariant)).MigrationBlockers);
        Assert.Empty(Read(Minimal(invariant + "<clock><timer name='tsc' frequency='2000000000'/></clock>")).MigrationBlockers);
        Assert.Empty(Read(Minimal("<cpu><feature policy='disable' name='invtsc'/></cpu>")).MigrationBlockers);
    }

    [Theory]
    [InlineData("<memory>1024</memory>", 1L << 20)]
    [InlineData("<memory unit='b'>4096</memory>", 4096)]
    [InlineData("<memory unit='KB'>3</memory>", 3000)]
    [InlineData("<memory unit='k'>3</memory>", 3072)]
    [InlineData("<memory unit='G'>2</memory>", 2L << 30)]
    [InlineData("<memory unit='TiB'>1</memory>", 1L << 40)]
    public void Memory_has_a_unit(string memory, long expected)
    {
        Assert.True(DomainDescription.TryParse(
            $"<domain><name>a</name><uuid>{Guid.NewGuid()}</uuid>{memory}</domain>", out var description, out _));
        Assert.Equal(expected, description.MemoryBytes);
        Assert.Equal(1, description.VirtualCpus);
        Assert.Empty(description.Disks);
        Assert.Null(description.CpuXml);
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData(" ", "empty")]
    [InlineData("<domain", "no XML")]
    [InlineData("<domain/><domain/>", "no XML")]
    [InlineData("<network/>", "root is 'network'")]
    [InlineData("<!DOCTYPE domain [<!ENTITY a 'b'>]><domain>&a;</domain>", "no XML")]
    [InlineData("<domain/>", "no name")]
    [InlineData("<domain><name>a</name><uuid>nonsense</uuid></domain>", "uuid")]
    [InlineData("<domain><name>a</name><uuid>7d1d5f6c-2f0e-4f3d-9a53-0c6a3cfb6a01</uuid></domain>", "memory")]
    [InlineData("<domain><name>a</name><uuid>7d1d5f6c-2f0e-4f3d-9a53-0c6a3cfb6a01</uuid><memory>-1</memory></domain>", "memory")]
    [InlineData("<domain><name>a</name><uuid>7d1d5f6c-2f0e-4f3d-9a53-0c6a3cfb6a01</uuid><memory unit='EiB'>9</memory></domain>", "memory")]
    [InlineData("<domain><name>a</name><uuid>7d1d5f6c-2f0e-4f3d-9a53-0c6a3cfb6a01</uuid><memory unit='TiB'>99999999</memory></domain>",
        "memory")]
    [InlineData("<domain><name>a</name><uuid>7d1d5f6c-2f0e-4f3d-9a53-0c6a3cfb6a01</uuid><memory>1</memory><vcpu>0</vcpu></domain>", "CPUs")]
    public void Nonsense_is_refused_with_its_reason(string? xml, string expected)
    {
        Assert.False(DomainDescription.TryParse(xml, out var description, out var reason));
        Assert.Null(description);
        Assert.Contains(expected, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_that_is_too_long_or_too_deep_is_refused()
    {
        var padding = new string('x', XmlLimit);
        Assert.False(DomainDescription.TryParse($"<domain>{padding}</domain>", out _, out var reason));
        Assert.Contains("characters", reason, StringComparison.Ordinal);

        var deep = string.Concat(Enumerable.Repeat("<a>", 10_000)) + string.Concat(Enumerable.Repeat("</a>", 10_000));
        Assert.False(DomainDescription.TryParse($"<domain>{deep}</domain>", out _, out reason));
        Assert.Contains("within each other", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_that_was_cut_anywhere_is_refused_and_throws_nothing()
    {
        var whole = Web.TrimEnd();
        for (var length = 0; length < whole.Length; length += 7)
        {
            Assert.False(DomainDescription.TryParse(whole[..length], out _, out var reason));
            Assert.NotEqual("", reason);
        }
    }

    [Fact]
    public void Random_changes_of_a_document_throw_nothing()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 3000; round++)
        {
            var text = Web.ToCharArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                text[random.Next(text.Length)] = (char)random.Next(0, random.Next(2) == 0 ? 128 : 0x10000);
            }

            var read = DomainDescription.TryParse(new string(text), out var description, out var reason);
            Assert.Equal(read, description is not null);
            Assert.Equal(read, reason.Length == 0);
        }
    }

    private const int XmlLimit = 4 * 1024 * 1024;

    private static string Minimal(string inner) =>
        $"<domain type='qemu'><name>a</name><uuid>{Guid.NewGuid()}</uuid><memory>65536</memory>{inner}</domain>";

    private static DomainDescription Read(string xml)
    {
        Assert.True(DomainDescription.TryParse(xml, out var description, out var reason), reason);
        return description;
    }
}
