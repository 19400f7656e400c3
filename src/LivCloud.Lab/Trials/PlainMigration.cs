using System.Diagnostics;
using System.Text.Json;
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
    /// <param name="guest">The guest.</param>
    /// <param name="source">Where it is.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="helpsDisk">Whether the disk copy is made to end although the guest keeps writing, which over a WAN it does not by itself.</param>
    /// <returns>How long the command took.</returns>
    /// <exception cref="LabException">A command failed.</exception>
    public static async Task<TimeSpan> RunAsync(LabGuest guest, LabHost source, LabHost destination, bool helpsDisk = false)
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
        using var over = new CancellationTokenSource();
        var converging = isLocal && helpsDisk ? ConvergeAsync(guest.Name, source, over.Token) : Task.CompletedTask;
        await RunAsync(source, $"virsh -q migrate --live --p2p --persistent --undefinesource {(isLocal ? $"--copy-storage-all --disks-uri unix://{Directory}/nbd.sock" : "--unsafe")} "
            + $"--desturi 'qemu+unix:///system?socket={Directory}/libvirt.sock' --migrateuri unix://{Directory}/mig.sock {guest.Name}");
        var took = start.Elapsed;
        await over.CancelAsync();
        await converging;
        if (isLocal)
        {
            await RunAsync(source, $"rm -f {LabGuest.ImagePath(guest.Name)}");
        }

        return took;
    }

    /// <summary>Makes a disk copy end although the guest keeps writing: with a round trip longer than the time between two writes, some cluster is always
    /// dirty and QEMU's mirror is never ready. Once nearly all is copied, each write is made to wait for the destination.</summary>
    private static async Task ConvergeAsync(string guest, LabHost source, CancellationToken cancellationToken)
    {
        const long NearlyAll = 2 << 20;
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(200, CancellationToken.None);
            var jobs = await source.RunAsync("virsh", "-q", "qemu-monitor-command", guest, """{"execute":"query-block-jobs"}""");
            if (!jobs.Succeeded)
            {
                continue;
            }

            using var answer = JsonDocument.Parse(jobs.Output);
            foreach (var job in answer.RootElement.GetProperty("return").EnumerateArray())
            {
                if (job.GetProperty("status").GetString() == "running" && job.GetProperty("offset").GetInt64() is > 0 and var offset
                    && job.GetProperty("len").GetInt64() - offset < NearlyAll)
                {
                    await source.RunAsync("virsh", "-q", "qemu-monitor-command", guest, "{\"execute\":\"block-job-change\",\"arguments\":{\"id\":\""
                        + job.GetProperty("device").GetString() + "\",\"type\":\"mirror\",\"copy-mode\":\"write-blocking\"}}");
                }
            }
        }
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
