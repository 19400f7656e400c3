using System.Globalization;
using System.Text.Json;
using LivCloud.Api;
using LivCloud.Core;
using LivCloud.Lab;
using LivCloud.Lab.Topology;
using LivCloud.Lab.Trials;

namespace LivCloud.Bench.Migrate;

/// <summary>Cuts the link for a minute while the memory of a guest is being copied, over UDT.</summary>
internal static class BlackoutBench
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task<int> RunAsync(BenchArguments arguments, CancellationToken cancellationToken)
    {
        var seconds = arguments.Number("seconds", 60);
        Console.Error.WriteLine("blackout: bringing up the lab");
        var lab = await RunningLab.UpAsync(
            LabFile.Load(BenchTopology.Find("demo.yaml")), new LabOptions { Name = $"bench-{Environment.ProcessId}" }, cancellationToken: cancellationToken);
        try
        {
            var guest = lab.Guests.Values.First();
            var trial = new MigrationTrial(lab, guest) { Follow = (agent, started, token) => FollowAsync(lab, agent, started, TimeSpan.FromSeconds(seconds), token) };
            var source = await guest.FindAsync(cancellationToken);
            var report = await trial.RunAsync(
                lab.Hosts.Values.First(host => host != source), request => request with { Transport = LinkTransport.Udt }, cancellationToken: cancellationToken);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"blackout of {seconds} s: {report.Outcome} after {report.TotalSeconds:0.0} s over {report.Transport}, downtime {report.DowntimeMs:0} ms, connection {(report.Tcp.Survived ? "kept" : "LOST")}"));
            if (arguments.Find("json") is { } path)
            {
                await File.WriteAllTextAsync(path, JsonSerializer.Serialize(report, Indented) + "\n", cancellationToken);
            }

            return report.Outcome == "Completed" && report.TotalSeconds > seconds && report.Tcp.Survived ? 0 : 1;
        }
        finally
        {
            await lab.DownAsync(CancellationToken.None);
        }
    }

    private static async Task<Api.Migration> FollowAsync(RunningLab lab, AgentClient agent, Api.Migration started, TimeSpan time, CancellationToken cancellationToken)
    {
        var (last, isCut) = (started, false);
        await foreach (var state in agent.WatchMigrationAsync(MigrationId.Parse(started.Id), null, cancellationToken))
        {
            last = state;
            if (state.Phase == MigrationPhase.PreCopy && !isCut)
            {
                isCut = true;
                await lab.Links["wan"].CutAsync(time, cancellationToken);
            }
        }

        return last;
    }
}
