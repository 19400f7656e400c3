using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

public sealed partial class Domain
{
    /// <summary>Sends a command to the emulator's monitor (virDomainQemuMonitorCommand of libvirt-qemu.so.0). Libvirt marks the domain as tainted by that.</summary>
    /// <param name="command">The command in the monitor's own JSON (QMP).</param>
    /// <returns>The answer; the emulator's own errors are in it.</returns>
    /// <exception cref="LibvirtException">The domain does not run, or its emulator has none.</exception>
    public string SendToMonitor(string command)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        Check(LibVirtQemu.virDomainQemuMonitorCommand(_handle, command, out var answer, 0), "send a command to the emulator of");
        return NativeText.Take(answer) ?? "";
    }
}
