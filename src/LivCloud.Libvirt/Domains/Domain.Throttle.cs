using System.Globalization;
using System.Text.Json;
using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

public sealed partial class Domain
{
    /// <summary>Sets how far the guest's processors are slowed by a migration that was started with <see cref="MigrateFlags.AutoConverge"/>, also while it runs.</summary>
    /// <param name="initialPercent">By how much at first, 1 to 99.</param>
    /// <param name="incrementPercent">By how much more each time, 1 to 99.</param>
    /// <param name="mostPercent">By how much at most, <paramref name="initialPercent"/> to 99.</param>
    /// <remarks>
    /// QEMU's migrate-set-parameters through libvirt's passthrough (virDomainQemuMonitorCommand): libvirt itself sets the first two when a
    /// migration begins, and the last never. Libvirt notes in the domain's log that its monitor was used.
    /// </remarks>
    public void SetMigrationThrottle(int initialPercent, int incrementPercent, int mostPercent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(initialPercent, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(incrementPercent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mostPercent, 99);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostPercent, initialPercent);
        var command = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"execute":"migrate-set-parameters","arguments":{"cpu-throttle-initial":{{initialPercent}},"cpu-throttle-increment":{{incrementPercent}},"max-cpu-throttle":{{mostPercent}} } }""");
        Check(LibVirtQemu.virDomainQemuMonitorCommand(_handle, command, out var answer, 0), "slow");
        using var parsed = JsonDocument.Parse(NativeText.Take(answer) ?? "{}");
        if (parsed.RootElement.TryGetProperty("error", out var error))
        {
            throw new LibvirtException($"slow {Name}", LibvirtError.OperationFailed, nativeCode: 0, domain: 0, error.GetRawText(), isTransient: false);
        }
    }
}
