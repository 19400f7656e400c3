using LivCloud.Libvirt.Xml;

namespace LivCloud.Libvirt.Tests.Xml;

public sealed class HostCapabilitiesTests
{
    private const string Host = """
        <capabilities>
          <host>
            <uuid>1a4ec3a0-6f5b-4b8e-9d59-6f7d3a2f5b11</uuid>
            <cpu><arch>x86_64</arch><model>EPYC</model><vendor>AMD</vendor></cpu>
            <secmodel><model>apparmor</model><doi>0</doi><baselabel type='kvm'>x</baselabel></secmodel>
            <secmodel>
              <model>dac</model><doi>0</doi><baselabel type='kvm'>+64055:+108</baselabel><baselabel type='qemu'>+1:+2</baselabel></secmodel>
          </host>
          <guest>
            <os_type>hvm</os_type>
            <arch name='x86_64'>
              <wordsize>64</wordsize><emulator>/usr/bin/qemu-system-x86_64</emulator>
              <machine maxCpus='255'>pc-i440fx-10.0</machine>
              <machine canonical='pc-i440fx-10.0' maxCpus='255'>pc</machine>
              <machine canonical='pc-q35-10.0' maxCpus='4096'>q35</machine>
              <domain type='qemu'/>
              <domain type='kvm'><machine maxCpus='255'>pc-i440fx-10.0</machine></domain>
            </arch>
          </guest>
          <guest>
            <os_type>hvm</os_type><arch name='aarch64'><emulator>/usr/bin/qemu-system-aarch64</emulator><domain type='qemu'/></arch></guest>
        </capabilities>
        """;

    [Fact]
    public void The_host_and_its_guests_are_read()
    {
        Assert.True(HostCapabilities.TryParse(Host, out var host, out var reason), reason);

        Assert.Equal(Guid.Parse("1a4ec3a0-6f5b-4b8e-9d59-6f7d3a2f5b11"), host.HostUuid);
        Assert.Equal(("x86_64", "EPYC"), (host.Architecture, host.CpuModel));
        Assert.StartsWith("<cpu>", host.CpuXml, StringComparison.Ordinal);
        Assert.Equal(new UnixOwner(64055, 108), host.EmulatorOwner);
        var guest = host.FindGuest("x86_64");
        Assert.NotNull(guest);
        Assert.True(guest.OffersKvm);
        Assert.Equal("/usr/bin/qemu-system-x86_64", guest.EmulatorPath);
        Assert.Equal(["pc-i440fx-10.0", "pc", "q35"], guest.MachineTypes.Select(machine => machine.Name));
        Assert.False(host.FindGuest("aarch64")!.OffersKvm);
        Assert.Null(host.FindGuest("s390x"));
    }

    [Fact]
    public void A_machine_type_is_known_by_its_name_its_alias_and_what_an_alias_stands_for()
    {
        Assert.True(HostCapabilities.TryParse(Host, out var host, out _));
        var guest = host.FindGuest("x86_64")!;

        Assert.True(guest.HasMachineType("pc"));
        Assert.True(guest.HasMachineType("pc-i440fx-10.0"));
        Assert.True(guest.HasMachineType("pc-q35-10.0"));
        Assert.False(guest.HasMachineType("pc-i440fx-11.0"));
        Assert.Equal("pc-i440fx-10.0", guest.Canonical("pc"));
        Assert.Equal("pc-q35-10.0", guest.Canonical("pc-q35-10.0"));
        Assert.Null(guest.Canonical("microvm"));
    }

    [Theory]
    [InlineData("+64055:+64055", true)]
    [InlineData("0:0", true)]
    [InlineData("qemu:qemu", false)]
    [InlineData("+64055", false)]
    [InlineData("++1:2", false)]
    [InlineData("-1:2", false)]
    [InlineData("1:2:3", false)]
    [InlineData("99999999999:1", false)]
    [InlineData(null, false)]
    public void A_label_is_two_numbers(string? label, bool expected) => Assert.Equal(expected, UnixOwner.TryParse(label, out _));

    [Fact]
    public void A_host_that_tells_nothing_is_read_too()
    {
        Assert.True(HostCapabilities.TryParse("<capabilities/>", out var host, out _));

        Assert.Null(host.EmulatorOwner);
        Assert.Null(host.CpuXml);
        Assert.Empty(host.Guests);
        Assert.False(HostCapabilities.TryParse("<domain/>", out _, out var reason));
        Assert.Contains("root", reason, StringComparison.Ordinal);
    }
}
