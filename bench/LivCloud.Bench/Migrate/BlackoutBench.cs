using System.Globalization;
using LivCloud.Api;
using LivCloud.Core;
using LivCloud.Lab;
using LivCloud.Lab.Topology;
using LivCloud.Lab.Trials;

namespace LivCloud.Bench.Migrate;

/// <summary>Cuts the link for a minute while the memory of a guest is being copied, over UDT.</summary>
internal static class BlackoutBench
{
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
            await arguments.WriteJsonAsync(report, cancellationToken);

            return report.Outcome == "Completed" && report.TotalSeconds > seconds && report.Tcp.Survived ? 0 : 1;
        }
        finally
        {
            await lab.DownAsync(CancellationToken.None);
        }
    }

    private static Task<Api.Migration> FollowAsync(RunningLab lab, AgentClient agent, Api.Migration started, TimeSpan time, CancellationToken cancellationToken)
    {
        var isCut = false;
        return MigrationTrial.FollowAsync(agent, started, async state =>
        {
            if (state.Phase == MigrationPhase.PreCopy && !isCut)
            {
                isCut = true;
                await lab.Links["wan"].CutAsync(time, cancellationToken);
            }
        }, cancellationToken);
    }
}
