using System.Globalization;
using LivCloud.Lab;
using LivCloud.Lab.Guests;
using LivCloud.Lab.Measuring;
using LivCloud.Lab.Topology;
using LivCloud.Lab.Trials;

namespace LivCloud.Bench.Migrate;

/// <summary>Moves guests of labs back and forth and prints what that took, beside libvirt's own migration in the same lab.</summary>
internal static class MigrateBench
{
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(BenchArguments arguments, CancellationToken cancellationToken)
    {
        var runs = arguments.Number("runs", 5);
        var profile = arguments.Find("profile") ?? "all";
        switch (profile)
        {
            case "lossy":
                return await LossyPathBench.RunAsync(arguments, cancellationToken);
            case "blackout":
                return await BlackoutBench.RunAsync(arguments, cancellationToken);
        }

        var rows = new List<ProfileRow>();
        foreach (var (name, moves, compares) in new[] { ("demo", runs, false), ("shared", runs, false), ("lan", 2 * runs, true) })
        {
            if (profile == "all" || profile == name)
            {
                rows.AddRange(await MeasureAsync(name, moves, compares, cancellationToken));
            }
        }

        if (rows.Count == 0)
        {
            throw new FormatException($"There is no profile '{profile}'.");
        }

        var ratio = Ratio(rows);
        if (ratio is not null)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"lan: total time of livcloud / virsh, median of the pairs: {ratio:0.00}"));
        }

        await arguments.WriteJsonAsync(new { Rows = rows, LanTotalRatio = ratio }, cancellationToken);

        return rows.All(row => row.AllTcpSurvived && row.AllDisksClean) ? 0 : 1;
    }

    private static async Task<IReadOnlyList<ProfileRow>> MeasureAsync(string profile, int moves, bool compares, CancellationToken cancellationToken)
    {
        var file = LabFile.Load(BenchTopology.Find($"{profile}.yaml"));
        Console.Error.WriteLine($"{profile}: bringing up the lab");
        var lab = await RunningLab.UpAsync(file, new LabOptions { Name = $"bench-{Environment.ProcessId}" }, cancellationToken: cancellationToken);
        try
        {
            var guest = lab.Guests.Values.First();
            var ours = new List<MoveFigures>();
            var plain = new List<MoveFigures>();
            await using var client = await lab.StartClientAsync(guest.Name, cancellationToken);
            for (var move = 0; move < moves; move++)
            {
                ours.Add(await MoveAsync(lab, guest, client, cancellationToken));
                Print($"{profile} {move + 1}/{moves}", "livcloud", ours[^1]);
                if (compares)
                {
                    plain.Add(await MovePlainlyAsync(lab, guest, client, cancellationToken));
                    Print($"{profile} {move + 1}/{moves}", "virsh", plain[^1]);
                }
            }

            return compares ? [Row(profile, file, "livcloud", ours), Row(profile, file, "virsh", plain)] : [Row(profile, file, "livcloud", ours)];
        }
        finally
        {
            await lab.DownAsync(CancellationToken.None);
        }
    }

    private static async Task<MoveFigures> MoveAsync(RunningLab lab, LabGuest guest, MeasuringClient client, CancellationToken cancellationToken)
    {
        var source = await guest.FindAsync(cancellationToken);
        var report = await new MigrationTrial(lab, guest).RunAsync(lab.Hosts.Values.First(host => host != source), client: client, cancellationToken: cancellationToken);
        return report.Outcome == "Completed"
            ? new MoveFigures(report.TotalSeconds, report.DowntimeMs, report.Probe.LongestGapMs, report.Tcp.LongestGapMs, report.Probe.Lost, report.Tcp.Survived,
                report.Disk is null or { IsClean: true })
            : throw new LabException(LabError.Failed, $"A migration of the benchmark ended {report.Outcome}.");
    }

    private static async Task<MoveFigures> MovePlainlyAsync(RunningLab lab, LabGuest guest, MeasuringClient client, CancellationToken cancellationToken)
    {
        var source = (await guest.FindAsync(cancellationToken))!;
        var destination = lab.Hosts.Values.First(host => host != source);
        await client.StartWindowAsync(cancellationToken);
        var took = await PlainMigration.RunAsync(guest, source, destination);
        await Task.Delay(Aftermath, cancellationToken);
        var seen = await client.EndWindowAsync(cancellationToken);
        var disk = guest.Spec.Disk is null ? null : await guest.VerifyDiskAsync(destination.Name, cancellationToken);
        return new MoveFigures(took.TotalSeconds, seen.Probe.PauseMs, seen.Probe.LongestGapMs, seen.Tcp.LongestGapMs, seen.Probe.Lost, seen.Tcp.Survived, disk?.IsClean ?? true);
    }

    private static ProfileRow Row(string profile, LabFile file, string tool, List<MoveFigures> moves)
    {
        var link = file.Links[0].Settings;
        var row = new ProfileRow(
            profile,
            link.Rate.BitsPerSecond / 1e6,
            2 * link.Delay.TotalMilliseconds,
            file.Guests[0].Disk?.Storage == GuestStorage.Nfs ? "shared" : "copied",
            tool,
            Spread.Of(moves.Select(move => move.TotalSeconds)),
            Spread.Of(moves.Select(move => move.DowntimeMs)),
            Spread.Of(moves.Select(move => move.ProbeGapMs)),
            Spread.Of(moves.Select(move => move.TcpGapMs)),
            moves.All(move => move.TcpSurvived),
            moves.All(move => move.DiskClean),
            moves);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{profile} {tool}: median of {moves.Count}: total {row.TotalSeconds.Median:0.00} s, downtime {row.DowntimeMs.Median:0} ms, UDP gap {row.ProbeGapMs.Median:0} ms, TCP gap {row.TcpGapMs.Median:0} ms"));
        return row;
    }

    /// <summary>The middle of the ratios of moves that were made one after the other, so that a machine whose speed drifts does not matter.</summary>
    private static double? Ratio(List<ProfileRow> rows) => rows.FirstOrDefault(row => row.Tool == "virsh") is { } plain
        ? Spread.Of(rows.First(row => row.Tool == "livcloud" && row.Profile == plain.Profile).Moves.Zip(plain.Moves, (ours, theirs) => ours.TotalSeconds / theirs.TotalSeconds)).Median
        : null;

    private static void Print(string what, string tool, MoveFigures move) => Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what} {tool}: {move.TotalSeconds:0.00} s, downtime {move.DowntimeMs:0} ms, UDP gap {move.ProbeGapMs:0} ms ({move.ProbesLost} lost), TCP gap {move.TcpGapMs:0} ms, {(move.TcpSurvived ? "connection kept" : "CONNECTION LOST")}, {(move.DiskClean ? "disk clean" : "DISK DAMAGED")}"));
}
