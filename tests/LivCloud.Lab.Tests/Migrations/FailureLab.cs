using LivCloud.Core;
using LivCloud.Lab.Guests;
using LivCloud.Lab.Hosts;
using LivCloud.Lab.Links;
using LivCloud.Lab.Topology;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>A lab with agents for tests in which something fails; there are three, side by side. Each test finds the VM where the one before has left it.</summary>
public sealed class FailureLab : IAsyncLifetime
{
    /// <summary>How long agents wait for a lost link. It is seen to be lost after 10 s without a byte, so that a cut of 20 s is survived.</summary>
    public static readonly TimeSpan HoldTime = TimeSpan.FromSeconds(18);

    private const int LogLimit = 20_000;
    private static int _labs;

    public RunningLab Lab { get; private set; } = null!;

    public LabGuest Guest => Lab.Guests["vm1"];

    public LabLink Link => Lab.Links["wan"];

    public async Task InitializeAsync()
    {
        if (new LabFactAttribute().Skip is null)
        {
            Lab = await RunningLab.UpAsync(LabFile.Load($"{LanLab.Topologies}/failures.yaml"), new LabOptions { Name = $"t{Environment.ProcessId}-fail{Interlocked.Increment(ref _labs)}" });
            await SetHoldTimeAsync(HoldTime);
        }
    }

    public Task DisposeAsync() => Lab?.DownAsync() ?? Task.CompletedTask;

    /// <summary>Where the VM is, and where it is not.</summary>
    public async Task<(LabHost Source, LabHost Destination)> FindAsync()
    {
        var source = await Guest.FindAsync();
        Assert.NotNull(source);
        return (source, Lab.Hosts.Values.First(host => host != source));
    }

    /// <summary>Runs a test's body; what the agents and libvirt logged meanwhile is told when it fails.</summary>
    public async Task RunAsync(ITestOutputHelper output, Func<Task> body)
    {
        var logs = Lab.Hosts.Values.SelectMany(host => new[] { "agent", "libvirtd", $"libvirt/qemu/{Guest.Name}" }.Select(log => $"{host.DataDirectory}/var/log/{log}.log")).ToList();
        var lengths = logs.Select(log => new FileInfo(log) is { Exists: true } file ? file.Length : 0).ToList();
        try
        {
            await body();
        }
        catch
        {
            foreach (var (log, length) in logs.Zip(lengths).Where(pair => File.Exists(pair.First)))
            {
                using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                file.Position = Math.Max(length, file.Length - LogLimit);
                output.WriteLine($"--- {log[Lab.Hosts.Values.First().DataDirectory.LastIndexOf('/')..]}\n{await new StreamReader(file).ReadToEndAsync()}");
            }

            await HealLinkAsync();
            await EndMigrationsAsync();
            await StartGuestAsync();
            throw;
        }

        await HealLinkAsync();
    }

    /// <summary>Ends what a test that failed has left under way, so that those after it can show something of their own.</summary>
    private async Task EndMigrationsAsync()
    {
        foreach (var host in Lab.Hosts.Values)
        {
            using var client = new Api.AgentClient(host.ApiSocketPath);
            for (var attempt = 0; attempt < 30; attempt++)
            {
                try
                {
                    if ((await client.ListMigrationsAsync()).FirstOrDefault(migration => !migration.Phase.IsFinal()) is not { } open)
                    {
                        break;
                    }

                    await client.AbortMigrationAsync(MigrationId.Parse(open.Id));
                }
                catch (FailureException)
                {
                    // The agent is away, or it is too late to abort.
                }

                await Task.Delay(1000);
            }
        }
    }

    /// <summary>Starts the VM where it is defined when a test has left it running nowhere.</summary>
    private async Task StartGuestAsync()
    {
        if (await Guest.FindAsync() is null)
        {
            foreach (var host in Lab.Hosts.Values)
            {
                await host.RunAsync("virsh", "-q", "start", Guest.Name);
            }
        }
    }

    /// <summary>Makes the link as it was.</summary>
    public async Task HealLinkAsync()
    {
        await Link.RestoreAsync();
        await Link.SetAsync(Link.Spec.Settings.Rate, Link.Spec.Settings.Delay);
    }

    /// <summary>Makes the link slow enough to see a phase pass by.</summary>
    public Task SlowLinkAsync(long bitsPerSecond) => Link.SetAsync(rate: new Bandwidth(bitsPerSecond));

    /// <summary>Gives all agents another hold time; they are started anew.</summary>
    public async Task SetHoldTimeAsync(TimeSpan time)
    {
        foreach (var host in Lab.Hosts.Values)
        {
            await host.ConfigureAgentAsync("holdTime", $"{time.TotalSeconds:0}s");
            await WaitForAgentAsync(host);
            await host.KillProcessAsync("agent");
            await WaitForAgentAsync(host);
        }
    }

    /// <summary>Waits until a host's agent answers.</summary>
    public static async Task WaitForAgentAsync(LabHost host)
    {
        using var client = new Api.AgentClient(host.ApiSocketPath);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await client.ListMigrationsAsync();
                return;
            }
            catch (FailureException) when (attempt < 200)
            {
                await Task.Delay(100);
            }
        }
    }
}

/// <summary>The tests of failures are shared out among three labs of the same kind, so that each takes about as long as the others.</summary>
[CollectionDefinition(nameof(FailureLab))]
public sealed class FailureLabCollection : ICollectionFixture<FailureLab>;

/// <inheritdoc cref="FailureLabCollection"/>
[CollectionDefinition(nameof(SecondFailureLab))]
public sealed class SecondFailureLab : ICollectionFixture<FailureLab>;

/// <inheritdoc cref="FailureLabCollection"/>
[CollectionDefinition(nameof(ThirdFailureLab))]
public sealed class ThirdFailureLab : ICollectionFixture<FailureLab>;
