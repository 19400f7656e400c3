using System.Security.Cryptography;
using LivCloud.Lab.Guests;
using LivCloud.Lab.Hosts;
using LivCloud.Lab.Links;
using LivCloud.Lab.Measuring;
using LivCloud.Lab.Networks;
using LivCloud.Lab.Processes;
using LivCloud.Lab.Topology;

namespace LivCloud.Lab;

/// <summary>A lab that is up: sites, hosts, links and guests in namespaces of this machine.</summary>
/// <remarks>It lives on when the process that made it ends; <see cref="DownAsync(CancellationToken)"/> removes all of it. Several labs can be up at once. Root is needed.</remarks>
public sealed class RunningLab
{
    private readonly LabNames _names;

    private RunningLab(LabNames names, LabFile file)
    {
        (_names, File) = (names, file);
        var addresses = new LabAddresses(file);
        var network = new NetworkScript(file, names);
        Hosts = file.Sites.SelectMany(site => site.Hosts).ToDictionary(host => host, host => new LabHost(host, addresses.Host(host), names, network));
        Links = file.Links.ToDictionary(link => link.Name, link => new LabLink(link, names.LinkSocket(link.Name)));
        Guests = file.Guests.ToDictionary(guest => guest.Name, guest => new LabGuest(guest, names, addresses, Hosts));
    }

    /// <summary>Its name.</summary>
    public string Name => _names.Lab;

    /// <summary>What it is made of.</summary>
    public LabFile File { get; }

    /// <summary>Its hosts by name.</summary>
    public IReadOnlyDictionary<string, LabHost> Hosts { get; }

    /// <summary>Its links by name.</summary>
    public IReadOnlyDictionary<string, LabLink> Links { get; }

    /// <summary>Its guests by name.</summary>
    public IReadOnlyDictionary<string, LabGuest> Guests { get; }

    /// <summary>The network namespace of the measuring client, for other programs that measure.</summary>
    public string ClientNamespace => _names.ClientNamespace;

    /// <summary>Sockets and logs of the lab.</summary>
    public string RunDirectory => _names.RunDirectory;

    /// <summary>The names of all labs of this machine, also of those that came up only in part.</summary>
    public static IReadOnlyList<string> All() => LabNames.All();

    /// <summary>Builds a lab and waits until its hosts and guests are ready. When that fails or is cancelled, nothing is left.</summary>
    /// <param name="file">What it is made of.</param>
    /// <param name="options">How it is built.</param>
    /// <param name="progress">Is told each step, in words.</param>
    /// <param name="cancellationToken">Gives up and removes what was built.</param>
    /// <exception cref="LabException">A lab of that name is up, something is missing, or something did not come up.</exception>
    public static async Task<RunningLab> UpAsync(
        LabFile file, LabOptions options, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        Privilege.Require();
        var names = LabNames.Of(options.Name);
        Claim(names);
        try
        {
            var lab = new RunningLab(names, file);
            await lab.BuildAsync(options, progress ?? new Progress<string>(), cancellationToken);
            return lab;
        }
        catch
        {
            await LabTeardown.RemoveAsync(names, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Finds a lab that is up.</summary>
    /// <exception cref="LabException">There is none of that name, or it came up only in part.</exception>
    public static RunningLab Open(string name)
    {
        Privilege.Require();
        var names = LabNames.Of(name);
        var state = LabState.Load(names);
        return state.Complete
            ? new RunningLab(names, LabFile.Load(names.LabFile))
            : throw new LabException(LabError.Conflict, $"The lab '{name}' did not come up fully; `livcloud lab down {name}` removes what is left of it.");
    }

    /// <summary>Removes a lab, whole or in part, whatever happened to it: processes, namespaces, mounts, files.</summary>
    /// <exception cref="LabException">There is none of that name, or something can not be removed.</exception>
    public static async Task DownAsync(string name, CancellationToken cancellationToken = default)
    {
        Privilege.Require();
        var names = LabNames.Of(name);
        if (!All().Contains(name) && LabProcesses.Find(name, []).Count == 0)
        {
            throw new LabException(LabError.NotFound, $"There is no lab '{name}'; `livcloud lab status` lists those that are up.");
        }

        await LabTeardown.RemoveAsync(names, cancellationToken);
    }

    /// <summary>Removes this lab.</summary>
    public Task DownAsync(CancellationToken cancellationToken = default) => DownAsync(Name, cancellationToken);

    /// <summary>Starts the measuring client against a guest and waits for the first answers.</summary>
    /// <exception cref="LabException">The lab has no client, or the guest does not answer.</exception>
    public Task<MeasuringClient> StartClientAsync(string guest, CancellationToken cancellationToken = default)
    {
        var target = Guests.GetValueOrDefault(guest) ?? throw new LabException(LabError.NotFound, $"There is no guest '{guest}' in the lab '{Name}'.");
        return File.ClientSite is null
            ? throw new LabException(LabError.Conflict, $"The lab '{Name}' has no client; its file needs a 'client' section.")
            : MeasuringClient.StartAsync(LabState.Load(_names).Executable, _names, target.Address, cancellationToken);
    }

    /// <summary>Takes the name; the directory is made by exactly one of several callers.</summary>
    private static void Claim(LabNames names)
    {
        Directory.CreateDirectory(LabNames.RunRoot);
        Directory.CreateDirectory(LabNames.DataRoot);
        if (!Native.Directories.TryMake(names.RunDirectory))
        {
            throw new LabException(LabError.Conflict, $"A lab '{names.Lab}' is there already; use another --name, or `livcloud lab down {names.Lab}` first.");
        }
    }

    private async Task BuildAsync(LabOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var network = new NetworkScript(File, _names);
        await System.IO.File.WriteAllTextAsync(_names.LabFile, LabFileWriter.Write(File), cancellationToken);
        options.RequireGuestFiles();
        var kvm = await Accelerator.HasUsableKvmAsync(options.CacheDirectory, cancellationToken);
        var state = new LabState(options.WithAgents, options.Executable, kvm, options.CacheDirectory,
            File.Guests.ToDictionary(guest => guest.Name, _ => "LIVCLOUD-MARKER-" + RandomNumberGenerator.GetHexString(32)), Complete: false);
        state.Save(_names);
        if (File.Guests.Count > 0)
        {
            progress.Report(kvm ? "guests use KVM" : "guests are emulated (no usable KVM on this machine): slower, and otherwise the same");
        }

        progress.Report($"networks: {Count(File.Sites.Count, "site")}, {Count(File.Links.Count, "link")}");
        await BashAsync(network.MakeNamespaces(), cancellationToken);
        await Task.WhenAll(File.Links.Select(link => StartLinkAsync(link, options, cancellationToken)));
        await BashAsync(network.Connect(), cancellationToken);
        if (network.HasStorage)
        {
            progress.Report("NFS server");
            await StorageServer.StartAsync(_names, cancellationToken);
        }

        progress.Report($"hosts: {string.Join(", ", Hosts.Keys)}");
        HostFiles.WriteScript("host-init.sh", $"{_names.RunDirectory}/host-init.sh");
        foreach (var host in Hosts.Values)
        {
            HostFiles.Write(host.Name, File, _names, host.DataDirectory);
        }

        if (options.WithAgents)
        {
            LabCertificates.Issue($"{_names.DataDirectory}/ca", Hosts.Values.Select(host => (host.Name, $"{host.DataDirectory}/etc/livcloud")));
        }

        await Task.WhenAll(Hosts.Values.Select(host => host.StartAsync(cancellationToken)));
        if (options.StartGuests && Guests.Count > 0)
        {
            progress.Report($"guests: {string.Join(", ", Guests.Keys)}");
            await Task.WhenAll(Guests.Values.Select(guest => guest.StartAsync(cancellationToken)));
            await Task.WhenAll(Guests.Values.Select(guest => guest.WaitReadyAsync(null, cancellationToken)));
        }

        (state with { Complete = true }).Save(_names);
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    private async Task StartLinkAsync(LabLinkSpec link, LabOptions options, CancellationToken cancellationToken)
    {
        var settings = link.Settings;
        var socket = _names.LinkSocket(link.Name);
        var log = $"{_names.RunDirectory}/link.{link.Name}.log";
        await LabProcesses.StartAsync(Name, log,
        [
            "nsenter", $"--net={Native.NetworkNamespace.Directory}/{_names.LinkNamespace(link.Name)}",
            options.Executable, "lab", "link-emulator", link.Name, _names.SiteNamespace(link.LeftSite), _names.SiteNamespace(link.RightSite), socket,
            .. LinkArguments.Write(settings),
        ], cancellationToken);
        for (var attempt = 0; !System.IO.File.Exists(socket); attempt++)
        {
            if (attempt > 500)
            {
                throw new LabException(LabError.Failed, $"The emulator of the link '{link.Name}' did not start: {(await System.IO.File.ReadAllTextAsync(log, cancellationToken)).Trim()}");
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    private Task<string> BashAsync(string script, CancellationToken cancellationToken) =>
        CommandRunner.RunCheckedAsync(["bash", "-e"], cancellationToken, script, LabProcesses.Mark(Name));
}
