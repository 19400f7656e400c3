using System.Globalization;
using LivCloud.Core;
using LivCloud.Lab;
using LivCloud.Lab.Links;

namespace LivCloud.Bench.Transport;

/// <summary>Our UDT beside the kernel's TCP, libudt and SRT over emulated links, one after the other in one lab.</summary>
internal static class TransportBench
{
    private const double LateMicroseconds = 1000;
    private const int Tries = 2;
    private static readonly LinkQueueLimit Queue = LinkQueueLimit.TryParse("50ms", out var limit) ? limit : throw new System.Diagnostics.UnreachableException();

    /// <summary>Fine enough to keep the gaps between packets, by which libudt measures the path.</summary>
    public static readonly TimeSpan Grain = TimeSpan.FromMicroseconds(50);

    private static readonly int[] Rates = [100, 500], RoundTrips = [50, 100, 200];
    private static readonly double[] Losses = [0, 0.1, 1];
    private static readonly (int Rate, int Rtt, double Loss)[] Quick = [(100, 50, 0), (100, 100, 0.1), (100, 200, 1), (500, 100, 1)];

    public static async Task<int> RunAsync(BenchArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Find("plain") == "yes")
        {
            return await PlainPathBench.RunAsync(arguments, cancellationToken);
        }

        var seconds = arguments.Number("seconds", 20);
        var cells = arguments.Find("quick") == "yes"
            ? Quick
            : [.. from rate in Rates from rtt in RoundTrips from loss in Losses select (rate, rtt, loss)];
        var options = new LabOptions { Name = $"bench-{Environment.ProcessId}" };
        ISender[] all =
        [
            new UdtSender("udt", "modern"), new UdtSender("udt-native", "native"), new TcpSender("bbr"), new TcpSender("cubic"),
            new PeerSender("libudt", $"{options.CacheDirectory}/udt-peer"), new PeerSender("srt", $"{options.CacheDirectory}/srt-peer"),
        ];
        ISender[] others = [new UdtSender("udt-background", "modern", isBackground: true)];
        var senders = arguments.Find("senders") is { } names ? [.. all.Concat(others).Where(one => names.Split(',').Contains(one.Name))] : all;
        if (arguments.Find("cell") is { } only)
        {
            cells = [.. cells.Where(cell => only == string.Create(CultureInfo.InvariantCulture, $"{cell.Rate}/{cell.Rtt}/{cell.Loss}"))];
        }

        if (senders.Length == 0 || cells.Length == 0)
        {
            throw new FormatException("There is no such sender or cell.");
        }

        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{cells.Length} links, {senders.Length} senders, {seconds} s each: about {cells.Length * senders.Length * (seconds + 2) / 60.0:0} minutes"));
        var figures = await MeasureAsync(options, cells, senders, seconds, cancellationToken);
        await arguments.WriteJsonAsync(new { Cells = figures }, cancellationToken);

        return 0;
    }

    private static async Task<List<TransportCell>> MeasureAsync(
        LabOptions options, (int Rate, int Rtt, double Loss)[] cells, ISender[] senders, int seconds, CancellationToken cancellationToken)
    {
        var lab = await BenchTopology.UpBareAsync(options, cancellationToken);
        try
        {
            var (from, to) = (lab.Hosts["h1"], lab.Hosts["h2"]);
            foreach (var host in (LivCloud.Lab.Hosts.LabHost[])[from, to])
            {
                await host.RunAsync("sysctl", "-qw", "net.ipv4.tcp_rmem=4096 131072 134217728", "net.ipv4.tcp_wmem=4096 16384 134217728");
            }

            var figures = new List<TransportCell>();
            foreach (var (rate, rtt, loss) in cells)
            {
                await lab.Links["wan"].SetAsync(
                    new Bandwidth(rate * 1_000_000L), TimeSpan.FromMilliseconds(rtt) / 2, loss: loss / 100, queue: Queue, grain: Grain,
                    cancellationToken: cancellationToken);
                foreach (var sender in senders)
                {
                    figures.Add(await MeasureAsync(lab, sender, (rate, rtt, loss), seconds, cancellationToken));
                }
            }

            return figures;
        }
        finally
        {
            await lab.DownAsync(CancellationToken.None);
        }
    }

    /// <summary>Measures once, and again when the emulated link was late.</summary>
    private static async Task<TransportCell> MeasureAsync(
        RunningLab lab, ISender sender, (int Rate, int Rtt, double Loss) cell, int seconds, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = (await lab.Links["wan"].StatisticsAsync(cancellationToken)).LeftToRight;
            var run = await sender.RunAsync(BenchHost.Of(lab.Hosts["h1"]), BenchHost.Of(lab.Hosts["h2"]), seconds, cancellationToken);
            var after = (await lab.Links["wan"].StatisticsAsync(cancellationToken)).LeftToRight;
            var (packets, drops) = (after.Packets - before.Packets, after.QueueDrops - before.QueueDrops);
            var lateness = ((after.MeanLatenessMicroseconds * after.Packets) - (before.MeanLatenessMicroseconds * before.Packets)) / Math.Max(1, packets);
            var figures = new TransportCell
            {
                RateMbit = cell.Rate,
                RttMs = cell.Rtt,
                LossPct = cell.Loss,
                Sender = sender.Name,
                GoodputMbit = run.Goodput(0, seconds),
                SteadyMbit = run.Goodput(seconds / 2.0, seconds),
                CpuSendSPerGb = run.SendCpuPerGigabyte,
                CpuRecvSPerGb = run.ReceiveCpuPerGigabyte,
                QueueDropPct = 100.0 * drops / Math.Max(1, packets + drops),
                RetransmittedPct = run.RetransmittedShare * 100,
                LatenessUs = lateness,
            };
            var isLate = lateness > LateMicroseconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{cell.Rate} Mbit/s, {cell.Rtt} ms, {cell.Loss} %: {sender.Name,-10} {figures.GoodputMbit,6:0.0} all {figures.SteadyMbit,6:0.0} steady ({figures.SteadyMbit / cell.Rate:P1}), drops {figures.QueueDropPct:0.00} %, again {figures.RetransmittedPct:0.00} %, CPU {figures.CpuSendSPerGb:0.00}/{figures.CpuRecvSPerGb:0.00} s/GB{(isLate ? $", LATE by {lateness:0} us" : "")}"));
            if (!isLate || attempt == Tries)
            {
                return figures;
            }
        }
    }
}
