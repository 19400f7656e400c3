namespace LivCloud.Libvirt.Tests.Daemon;

/// <summary>A guest that only runs its firmware, under emulation.</summary>
internal static class TinyGuest
{
    public static string Xml(string name, Guid uuid, string devices = "") => $"""
        <domain type='qemu'>
          <name>{name}</name><uuid>{uuid}</uuid>
          <memory unit='MiB'>64</memory><vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type></os>
          <features><acpi/></features>
          <cpu mode='custom' match='exact' check='none'><model>qemu64</model></cpu>
          <on_reboot>destroy</on_reboot>
          <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>{devices}<memballoon model='none'/></devices>
        </domain>
        """;
}
