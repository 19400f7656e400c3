using System.Diagnostics;
using System.Globalization;
using LivCloud.Api;
using LivCloud.Core;
using LivCloud.Lab;
using LivCloud.Lab.Topology;
using LivCloud.Lab.Trials;

namespace LivCloud.Bench.Migrate;

/// <summary>Moves a guest over a long path that loses packets: over UDT, over TCP with BBR and over TCP with CUBIC, in turn.</summary>
internal static class LossyPathBench
{
    /// <summary>What takes longer than this many times a move over UDT is aborted: that it is slower by so much is all that is to be shown.</summary>
    private const int Patience = 6;

    private static readonly (string Name, LinkTransport Transport, string CongestionControl)[] Ways =
        [("udt", LinkTransport.Udt, "bbr"), ("tcp-bbr", LinkTransport.Tcp, "bbr"), ("tcp-cubic", LinkTransport.Tcp, "cubic")];

    public static async Task<int> RunAsync(BenchArguments arguments, CancellationToken cancellationToken)
    {
        var runs = arguments.Number("runs", 3);
        var file = LabFile.Load(BenchTopology.Find("lossy.yaml"));
        Console.Error.WriteLine("lossy: bringing up the lab");
        var lab = await RunningLab.UpAsync(file, new LabOptions { Name = $"bench-{Environment.ProcessId}" }, cancellationToken: cancellationToken);
        var moves = new List<LossyMove>();
        try
        {
            for (var run = 0; run < runs; run++)
            {
                foreach (var (name, transport, congestionControl) in Ways)
                {
                    foreach (var host in lab.Hosts.Values)
                    {
                        await host.ConfigureAgentAsync("congestionControl", congestionControl, cancellationToken);
                    }

                    await BenchAgents.RestartAsync(lab, cancellationToken);
                    var limit = transport == LinkTransport.Udt ? (TimeSpan?)null : TimeSpan.FromSeconds(Patience * Spread.Of(Times(moves, "udt")).Median);
                    moves.Add(await MoveAsync(lab, name, transport, limit, cancellationToken));
                    Print(moves[^1]);
                }
            }
        }
        finally
        {
            await lab.DownAsync(CancellationToken.None);
        }

        var udt = Spread.Of(Times(moves, "udt")).Median;
        foreach (var (name, _, _) in Ways)
        {
            var isWhole = moves.Where(move => move.Way == name).All(move => move.Completed);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"lossy {name}: median {(isWhole ? "" : "more than ")}{Spread.Of(Times(moves, name)).Median:0.0} s, {Spread.Of(Times(moves, name)).Median / udt:0.00} times that of UDT"));
        }

        await arguments.WriteJsonAsync(new { Moves = moves }, cancellationToken);

        return moves.All(move => move.DiskClean && (move.Completed || move.Way == "tcp-cubic")) ? 0 : 1;
    }

    private static async Task<LossyMove> MoveAsync(RunningLab lab, string way, LinkTransport transport, TimeSpan? limit, CancellationToken cancellationToken)
    {
        var guest = lab.Guests.Values.First();
        var source = await guest.FindAsync(cancellationToken);
        var trial = new MigrationTrial(lab, guest) { Follow = (agent, started, token) => FollowAsync(agent, started, limit, token) };
        var time = Stopwatch.StartNew();
        var report = await trial.RunAsync(
            lab.Hosts.Values.First(host => host != source), request => request with { Transport = transport }, cancellationToken: cancellationToken);
        var completed = report.Outcome == "Completed";
        return new LossyMove(
            way, completed, completed ? report.TotalSeconds : limit?.TotalSeconds ?? time.Elapsed.TotalSeconds, report.DowntimeMs, report.WireBytes,
            report.Tcp.Survived, report.Disk is null or { IsClean: true });
    }

    private static Task<Api.Migration> FollowAsync(AgentClient agent, Api.Migration started, TimeSpan? limit, CancellationToken cancellationToken)
    {
        var (time, isAborted) = (Stopwatch.StartNew(), false);
        return MigrationTrial.FollowAsync(agent, started, async state =>
        {
            if (time.Elapsed > limit && !isAborted && state.Phase is MigrationPhase.CopyingDisks or MigrationPhase.PreCopy)
            {
                isAborted = true;
                await agent.AbortMigrationAsync(MigrationId.Parse(started.Id), cancellationToken);
            }
        }, cancellationToken);
    }

    private static IEnumerable<double> Times(List<LossyMove> moves, string way) => moves.Where(move => move.Way == way).Select(move => move.TotalSeconds);

    private static void Print(LossyMove move) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"lossy {move.Way}: {(move.Completed ? "" : "aborted after ")}{move.TotalSeconds:0.0} s, downtime {move.DowntimeMs:0} ms, {move.WireBytes / 1e6:0.0} MB on the wire, {(move.TcpSurvived ? "connection kept" : "CONNECTION LOST")}, {(move.DiskClean ? "disk clean" : "DISK DAMAGED")}"));
}

/// <summary>A move over the lossy path.</summary>
/// <param name="Way">Over what.</param>
/// <param name="Completed">Whether it was completed; otherwise it was aborted for being too slow.</param>
/// <param name="TotalSeconds">How long it took.</param>
/// <param name="DowntimeMs">How long the guest stood still, as a client outside saw.</param>
/// <param name="WireBytes">What was sent in both directions.</param>
/// <param name="TcpSurvived">Whether the client's connection stayed open.</param>
/// <param name="DiskClean">Whether the disk holds all that the guest wrote.</param>
internal sealed record LossyMove(string Way, bool Completed, double TotalSeconds, double? DowntimeMs, long WireBytes, bool TcpSurvived, bool DiskClean);
