namespace LivCloud.Libvirt.Tests.Daemon;

/// <summary>A guest that only runs its firmware, under emulation.</summary>
internal static class TinyGuest
{
    public static string Xml(string name, Guid uuid, string devices = "", string? memoryFile = null) => $"""
        <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
          <name>{name}</name><uuid>{uuid}</uuid>
          <memory unit='MiB'>64</memory><vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type></os>
          <features><acpi/></features>
          <cpu mode='custom' match='exact' check='none'><model>qemu64</model></cpu>
          <on_reboot>destroy</on_reboot>
          <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>{devices}<memballoon model='none'/></devices>
          {(memoryFile is null ? "" : FillMemory(memoryFile))}
        </domain>
        """;

    /// <summary>A disk "vda" of an image file.</summary>
    public static string RawDisk(string image) => $"""
        <disk type='file' device='disk'>
          <driver name='qemu' type='raw'/><source file='{image}'/><target dev='vda' bus='virtio'/>
        </disk>
        """;

    /// <summary>Has QEMU load a file into the guest's memory at 16 MiB, so that a migration has something to send.</summary>
    private static string FillMemory(string file) => $"""
        <qemu:commandline>
          <qemu:arg value='-device'/><qemu:arg value='loader,file={file},addr=0x1000000,force-raw=on'/>
        </qemu:commandline>
        """;
}
