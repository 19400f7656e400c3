using System.Diagnostics;
using LivCloud.Lab.Guests;
using LivCloud.Lab.Hosts;

namespace LivCloud.Lab.Trials;

/// <summary>Libvirt's own peer-to-peer migration over unix sockets, relayed by socat over plain TCP: what LivCloud is compared with.</summary>
public static class PlainMigration
{
    private const string Directory = "/run/mig";

    private static readonly (string Socket, string Target, int Port)[] Relays =
        [("libvirt", "/run/libvirt/libvirt-sock", 16001), ("mig", $"{Directory}/mig.sock", 16002), ("nbd", $"{Directory}/nbd.sock", 16003)];

    /// <summary>Moves a guest by `virsh migrate`, with its disk copied when that is local.</summary>
    /// <returns>How long the command took.</returns>
    /// <exception cref="LabException">A command failed.</exception>
    public static async Task<TimeSpan> RunAsync(LabGuest guest, LabHost source, LabHost destination)
    {
        foreach (var host in new[] { source, destination })
        {
            await RunAsync(host, $"rm -rf {Directory}; mkdir {Directory}; for f in /run/mig-socat.*; do [ -e $f ] && kill $(cat $f); rm -f $f; done; true");
        }

        foreach (var (socket, target, port) in Relays)
        {
            await RunAsync(destination, Start($"socat TCP-LISTEN:{port},fork,reuseaddr,nodelay UNIX-CONNECT:{target}", socket));
            await RunAsync(source, Start($"socat UNIX-LISTEN:{Directory}/{socket}.sock,fork TCP:{destination.Address}:{port},nodelay", socket));
        }

        var isLocal = guest.Spec.Disk?.Storage == Topology.GuestStorage.Local;
        if (isLocal)
        {
            await RunAsync(destination, $"rm -f {LabGuest.ImagePath(guest.Name)}; qemu-img create -q -f qcow2 {LabGuest.ImagePath(guest.Name)} {guest.Spec.Disk!.Size.Bytes}");
        }

        var start = Stopwatch.StartNew();
        await RunAsync(source, $"virsh -q migrate --live --p2p --persistent --undefinesource {(isLocal ? $"--copy-storage-all --disks-uri unix://{Directory}/nbd.sock" : "--unsafe")} "
            + $"--desturi 'qemu+unix:///system?socket={Directory}/libvirt.sock' --migrateuri unix://{Directory}/mig.sock {guest.Name}");
        var took = start.Elapsed;
        if (isLocal)
        {
            await RunAsync(source, $"rm -f {LabGuest.ImagePath(guest.Name)}");
        }

        return took;
    }

    private static async Task RunAsync(LabHost host, string script)
    {
        var result = await host.RunAsync("sh", "-ec", script);
        if (!result.Succeeded)
        {
            throw new LabException(LabError.Failed, $"On the host '{host.Name}' this failed: {script}\n{result.Output}{result.Error}");
        }
    }

    private static string Start(string command, string name) =>
        $"setsid -f {command} </dev/null >/dev/null 2>&1; sleep 0.1; pgrep -f -n -x '{command.Replace("/", "\\/", StringComparison.Ordinal)}' > /run/mig-socat.{name} || true";
}
