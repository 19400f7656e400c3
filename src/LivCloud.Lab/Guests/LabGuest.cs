using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LivCloud.Lab.Hosts;
using LivCloud.Lab.Native;
using LivCloud.Lab.Networks;
using LivCloud.Lab.Processes;
using LivCloud.Lab.Topology;

namespace LivCloud.Lab.Guests;

/// <summary>A guest of a lab.</summary>
public sealed class LabGuest
{
    /// <summary>The ports of the program in the guest: UDP echo, TCP counter, UDP status.</summary>
    internal const int EchoPort = 7001, CounterPort = 7002, StatusPort = 7003;

    private static readonly TimeSpan QuestionInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long one host asks, until it is looked again which host has power.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly LabNames _names;
    private readonly IReadOnlyDictionary<string, LabHost> _hosts;
    private readonly LabAddresses _addresses;

    internal LabGuest(LabGuestSpec spec, LabNames names, LabAddresses addresses, IReadOnlyDictionary<string, LabHost> hosts)
    {
        (Spec, _names, _addresses, _hosts) = (spec, names, addresses, hosts);
        Address = IPAddress.Parse(addresses.Guest(spec.Name));
    }

    /// <summary>The guest as the lab file describes it.</summary>
    public LabGuestSpec Spec { get; }

    /// <summary>Its name, also the libvirt domain's.</summary>
    public string Name => Spec.Name;

    /// <summary>Its address on the guests' network.</summary>
    public IPAddress Address { get; }

    /// <summary>Its MAC address.</summary>
    public string Mac => _addresses.GuestMac(Name);

    /// <summary>The unique 48 characters that are in its memory many times, when its workload has a marker.</summary>
    public string Marker => LabState.Load(_names).Markers[Name];

    /// <summary>Where a guest's local image is, as its host sees it.</summary>
    public static string ImagePath(string guest) => $"/var/lib/libvirt/images/{guest}.qcow2";

    /// <summary>The image of this guest on a host (or on the NFS server) as this process sees it.</summary>
    public string ImagePathOn(LabHost host) => Spec.Disk?.Storage == GuestStorage.Nfs
        ? $"{_names.DataDirectory}/nfs/{Name}.qcow2"
        : host.DataDirectory + ImagePath(Name);

    /// <summary>Makes the disk if there is none, defines the guest on the host that the lab file names, and starts it.</summary>
    /// <exception cref="LabException">It runs already, perhaps on another host.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (await FindAsync(cancellationToken) is { } running)
        {
            throw new LabException(LabError.Conflict, $"The guest '{Name}' was not started because it runs already, on the host '{running.Name}'.");
        }

        var host = _hosts[Spec.Host];
        await EnsureDiskAsync(host, cancellationToken);
        var xml = DomainXml.Write(Spec, _addresses, LabState.Load(_names), _names.Lab);
        var xmlPath = $"{host.RunDirectory}/lab/{Name}.xml";
        await File.WriteAllTextAsync(xmlPath, xml, cancellationToken);
        await VirshAsync(host, ["define", $"/run/lab/{Name}.xml"], cancellationToken);
        await VirshAsync(host, ["start", Name], cancellationToken);
    }

    /// <summary>Pulls the guest's plug, on whichever host it runs.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        var host = await FindAsync(cancellationToken) ?? throw new LabException(LabError.Conflict, $"The guest '{Name}' runs on no host.");
        await VirshAsync(host, ["destroy", Name], cancellationToken);
    }

    /// <summary>The host on which the guest runs or is paused; null when on none.</summary>
    public async Task<LabHost?> FindAsync(CancellationToken cancellationToken = default)
    {
        foreach (var host in _hosts.Values.Where(host => host.IsRunning))
        {
            var result = await host.RunAsync(["virsh", "-c", "qemu:///system", "-q", "list", "--name"], cancellationToken);
            if (result.Output.Split('\n').Any(line => line.Trim() == Name))
            {
                return host;
            }
        }

        return null;
    }

    /// <summary>Waits until the program in the guest answers.</summary>
    /// <param name="limit">How long at most; null is 60 s.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LabException">It did not answer in time.</exception>
    public async Task<GuestStatus> WaitReadyAsync(TimeSpan? limit = null, CancellationToken cancellationToken = default)
    {
        var deadline = limit ?? TimeSpan.FromSeconds(60);
        var start = Stopwatch.StartNew();
        for (var left = deadline; left > TimeSpan.Zero; left = deadline - start.Elapsed)
        {
            if (await AskAsync(left < Patience ? left : Patience, cancellationToken) is { } status)
            {
                return status;
            }
        }

        throw new LabException(LabError.Failed,
            $"The guest '{Name}' does not answer within {deadline.TotalSeconds:0} s; its console is /var/log/{Name}.serial of its host, QEMU's log is /var/log/libvirt/qemu/{Name}.log.");
    }

    /// <summary>Asks the program in the guest how it is.</summary>
    /// <exception cref="LabException">It does not answer within 3 s.</exception>
    public Task<GuestStatus> StatusAsync(CancellationToken cancellationToken = default) => WaitReadyAsync(TimeSpan.FromSeconds(3), cancellationToken);

    /// <summary>Checks the guest's disk as a host has it: every durable record, the data written beforehand, and the image's own structure.</summary>
    /// <param name="host">The host's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <remarks>A guest that runs on that host is paused for it and resumed.</remarks>
    public async Task<DiskReport> VerifyDiskAsync(string host, CancellationToken cancellationToken = default)
    {
        var disk = Spec.Disk ?? throw new LabException(LabError.Conflict, $"The guest '{Name}' has no disk.");
        var place = _hosts.GetValueOrDefault(host) ?? throw new LabException(LabError.NotFound, $"There is no host '{host}' in the lab '{_names.Lab}'.");
        var runs = (await FindAsync(cancellationToken))?.Name == host
            && (await VirshAsync(place, ["domstate", Name], cancellationToken)).Trim() == "running";
        if (!runs)
        {
            return await DiskVerifier.VerifyAsync(ImagePathOn(place), disk, null, cancellationToken);
        }

        var status = await StatusAsync(cancellationToken);
        await VirshAsync(place, ["suspend", Name], cancellationToken);
        try
        {
            return await DiskVerifier.VerifyAsync(ImagePathOn(place), disk, status.DurableRecords, cancellationToken);
        }
        finally
        {
            await VirshAsync(place, ["resume", Name], CancellationToken.None);
        }
    }

    private async Task EnsureDiskAsync(LabHost host, CancellationToken cancellationToken)
    {
        var image = ImagePathOn(host);
        if (Spec.Disk is not { } disk || File.Exists(image))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(image)!);
        var raw = image + ".raw";
        try
        {
            await using (var file = new FileStream(raw, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                var chunk = new byte[DiskData.ChunkBytes];
                for (var number = 0L; number < disk.Data.Bytes / DiskData.ChunkBytes; number++)
                {
                    DiskData.Fill(chunk, number);
                    await file.WriteAsync(chunk, cancellationToken);
                }

                file.SetLength(disk.Size.Bytes);
            }

            await CommandRunner.RunCheckedAsync(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", "-t", "writeback", raw, image + ".new"], cancellationToken, environment: LabProcesses.Mark(_names.Lab));
            File.Move(image + ".new", image);
        }
        finally
        {
            File.Delete(raw);
        }
    }

    /// <summary>Asks from one socket for a while, again and again, and takes whatever answer comes: the way there and back may be longer than the time between two questions.</summary>
    private async Task<GuestStatus?> AskAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        // Asked from a host that has power, not from the client: the answer must not depend on there being a client.
        var asker = _hosts[Spec.Host].IsRunning ? _hosts[Spec.Host] : _hosts.Values.FirstOrDefault(host => host.IsRunning) ?? _hosts[Spec.Host];
        using var socket = NetworkNamespace.Run(asker.NetworkNamespace, () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        using var deadline = new CancellationTokenSource(patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var buffer = new byte[1024];
        try
        {
            var answer = socket.ReceiveAsync(buffer, SocketFlags.None, either.Token).AsTask();
            while (!answer.IsCompleted)
            {
                await socket.SendToAsync("?"u8.ToArray(), SocketFlags.None, new IPEndPoint(Address, StatusPort), either.Token);
                await Task.WhenAny(answer, Task.Delay(QuestionInterval, either.Token));
            }

            return JsonSerializer.Deserialize<GuestStatus>(buffer.AsSpan(0, await answer), JsonSerializerOptions.Web);
        }
        catch (Exception ex) when ((ex is OperationCanceledException && !cancellationToken.IsCancellationRequested) || ex is SocketException)
        {
            await Task.Delay(ex is SocketException ? QuestionInterval : TimeSpan.Zero, cancellationToken);
            return null;
        }
    }

    private static async Task<string> VirshAsync(LabHost host, string[] arguments, CancellationToken cancellationToken)
    {
        var result = await host.RunAsync(["virsh", "-c", "qemu:///system", "-q", .. arguments], cancellationToken);
        return result.Succeeded ? result.Output : throw new LabException(LabError.Failed,
            $"`virsh {string.Join(' ', arguments)}` failed on the host '{host.Name}': {result.Error.Trim()}");
    }
}
