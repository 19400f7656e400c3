using LivCloud.Lab.Networks;
using LivCloud.Lab.Processes;

namespace LivCloud.Lab.Guests;

/// <summary>Finds out whether KVM works here, by booting the lab's guest with it: /dev/kvm can be there and not be usable.</summary>
internal static class Accelerator
{
    private static readonly TimeSpan BootLimit = TimeSpan.FromSeconds(8);

    public static async Task<bool> HasUsableKvmAsync(string cacheDirectory, CancellationToken cancellationToken)
    {
        if (!File.Exists("/dev/kvm"))
        {
            return false;
        }

        // The answer holds until the next boot, when /run is empty again.
        var verdict = $"{LabNames.RunRoot}/.kvm";
        if (File.Exists(verdict))
        {
            return (await File.ReadAllTextAsync(verdict, cancellationToken)).Trim() == "usable";
        }

        var serial = $"{LabNames.RunRoot}/.kvm-probe.{Environment.ProcessId}";
        try
        {
            await CommandRunner.RunAsync(
            [
                "timeout", "--signal=KILL", BootLimit.TotalSeconds.ToString("0", System.Globalization.CultureInfo.InvariantCulture),
                "qemu-system-x86_64", "-accel", "kvm", "-m", "128", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-cpu", "host",
                "-kernel", $"{cacheDirectory}/vmlinuz", "-initrd", $"{cacheDirectory}/initramfs", "-append", "console=ttyS0 quiet panic=-1 livcloud.probe",
                "-serial", $"file:{serial}",
            ], cancellationToken);
            var usable = File.Exists(serial) && (await File.ReadAllTextAsync(serial, cancellationToken)).Contains("livcloud: probe passed", StringComparison.Ordinal);
            await File.WriteAllTextAsync(verdict, usable ? "usable\n" : "unusable\n", cancellationToken);
            return usable;
        }
        finally
        {
            File.Delete(serial);
        }
    }
}
