using LivCloud.Api;
using LivCloud.Core;
using LivCloud.Lab.Guests;
using LivCloud.Lab.Hosts;
using LivCloud.Lab.Measuring;

namespace LivCloud.Lab.Trials;

/// <summary>Moves a guest of a lab by the agents, as a user would, and measures from outside what its users see.</summary>
/// <param name="lab">The lab, with agents.</param>
/// <param name="guest">The guest.</param>
public sealed class MigrationTrial(RunningLab lab, LabGuest guest)
{
    /// <summary>How long the client goes on measuring once the migration is over: late answers and the new path are part of it.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(1);

    /// <summary>Waits until a migration is over; a command puts its progress display here.</summary>
    public Func<AgentClient, Api.Migration, CancellationToken, Task<Api.Migration>> Follow { get; init; } = FollowQuietlyAsync;

    /// <summary>Whether the link is recorded and searched for the guest's memory.</summary>
    public bool RecordsLink { get; init; }

    /// <summary>Whether the disk is checked afterwards, for which the guest is paused for a moment.</summary>
    public bool ChecksDisk { get; init; } = true;

    /// <summary>Moves the guest to a host.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="change">What is asked for beside the VM and the destination; null: the defaults.</param>
    /// <param name="client">A client that measures already; null: one is started for this move.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="FailureException">The agent refused.</exception>
    /// <exception cref="LabException">The lab does not do what it should.</exception>
    public async Task<TrialReport> RunAsync(
        LabHost destination, Func<MigrationRequest, MigrationRequest>? change = null, MeasuringClient? client = null, CancellationToken cancellationToken = default)
    {
        var source = await guest.FindAsync(cancellationToken) ?? throw new LabException(LabError.Conflict, $"The guest '{guest.Name}' runs on no host.");
        var owned = client is null ? await lab.StartClientAsync(guest.Name, cancellationToken) : null;
        await using (owned)
        {
            var measuring = client ?? owned!;
            var recording = Path.Combine(lab.RunDirectory, "trial.pcap");
            if (RecordsLink)
            {
                await Task.WhenAll(lab.Links.Values.Select(link => link.CaptureAsync($"{recording}.{link.Name}", cancellationToken)));
            }

            await measuring.StartWindowAsync(cancellationToken);
            var request = new MigrationRequest { Vm = guest.Name, Destination = destination.Name, SourceDisk = SourceDisk.Delete };
            using var agent = new AgentClient(source.ApiSocketPath);
            var started = await agent.StartMigrationAsync(change?.Invoke(request) ?? request, cancellationToken);
            var over = await Follow(agent, started, cancellationToken);
            await Task.Delay(Aftermath, cancellationToken);
            var seen = await measuring.EndWindowAsync(cancellationToken);

            var cleartext = RecordsLink ? await SearchAsync(recording, cancellationToken) : null;
            var holder = over.Phase == MigrationPhase.Completed ? destination : source;
            var disk = ChecksDisk && guest.Spec.Disk is not null ? DiskTrial.From(await guest.VerifyDiskAsync(holder.Name, cancellationToken)) : null;
            return Report(over, seen, disk, cleartext);
        }
    }

    private async Task<CleartextTrial?> SearchAsync(string recording, CancellationToken cancellationToken)
    {
        long bytes = 0;
        var found = false;
        foreach (var link in lab.Links.Values)
        {
            var path = $"{recording}.{link.Name}";
            await link.StopCaptureAsync(cancellationToken);
            var search = await CaptureSearch.RunAsync(path, guest.Marker, cancellationToken);
            File.Delete(path);
            (bytes, found) = (bytes + search.CapturedBytes, found || search.MarkerFound);
        }

        return new CleartextTrial(bytes, found);
    }

    private static TrialReport Report(Api.Migration migration, MeasuringResult seen, DiskTrial? disk, CleartextTrial? cleartext)
    {
        var report = migration.Report ?? throw new LabException(LabError.Failed, $"The migration {migration.Id} ended in {migration.Phase} without a report.");
        return new TrialReport
        {
            Outcome = report.Outcome,
            Vm = report.Vm,
            Source = report.Source,
            Destination = report.Destination,
            TotalSeconds = report.TotalSeconds,
            DowntimeMs = seen.Probe.PauseMs,
            HypervisorDowntimeMs = report.DowntimeMs,
            Phases = report.Phases,
            MemoryBytes = report.MemoryBytes,
            DiskBytes = report.DiskBytes,
            WireBytes = report.WireBytes,
            Transport = report.Transport,
            Cipher = report.Cipher,
            Probe = seen.Probe,
            Tcp = seen.Tcp,
            Disk = disk,
            Cleartext = cleartext,
        };
    }

    private static Task<Api.Migration> FollowQuietlyAsync(AgentClient agent, Api.Migration started, CancellationToken cancellationToken) =>
        FollowAsync(agent, started, _ => Task.CompletedTask, cancellationToken);

    /// <summary>Waits until a migration is over, and does something at each of its states; to be put into <see cref="Follow"/>.</summary>
    public static async Task<Api.Migration> FollowAsync(
        AgentClient agent, Api.Migration started, Func<Api.Migration, Task> onState, CancellationToken cancellationToken)
    {
        var last = started;
        await foreach (var state in agent.WatchMigrationAsync(MigrationId.Parse(started.Id), null, cancellationToken))
        {
            last = state;
            await onState(state);
            if (state.Phase.IsFinal())
            {
                break;
            }
        }

        return last;
    }
}
