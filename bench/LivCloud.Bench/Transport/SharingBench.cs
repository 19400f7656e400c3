using System.Diagnostics;
using System.Globalization;
using LivCloud.Core;
using LivCloud.Lab;
using LivCloud.Lab.Links;

namespace LivCloud.Bench.Transport;

/// <summary>How flows share a link of 100 Mbit/s and 50 ms: our UDT beside itself and beside the kernel's TCP.</summary>
internal static class SharingBench
{
    private const int RateMbit = 100;
    private const int SecondPort = 9001;

    /// <summary>How long the first is alone, how long both are there, and how long they may take to find their shares.</summary>
    private const int HeadSeconds = 10, BothSeconds = 30, SettlingSeconds = 10;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(25);

    public static async Task<int> RunAsync(BenchArguments arguments, CancellationToken cancellationToken)
    {
        var udt = new UdtSender("udt", "modern");
        (string Name, int QueueMs, ISender First, ISender Second)[] cases =
        [
            ("udt-udt", 50, udt, new UdtSender("udt", "modern", SecondPort)),
            ("udt-udt", 10, udt, new UdtSender("udt", "modern", SecondPort)),
            ("cubic-udt", 50, new TcpSender("cubic"), udt),
            ("bbr-udt", 50, new TcpSender("bbr"), udt),
            ("cubic-background", 50, new TcpSender("cubic"), new UdtSender("background", "modern", isBackground: true)),
            ("bbr-background", 50, new TcpSender("bbr"), new UdtSender("background", "modern", isBackground: true)),
        ];
        var wanted = arguments.Find("case") is { } one ? [.. cases.Where(each => each.Name == one)] : cases;
        if (wanted.Length == 0)
        {
            throw new FormatException("There is no such case.");
        }

        var runs = arguments.Number("runs", 1);
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{wanted.Length} cases, {runs} runs each: about {wanted.Length * runs * (HeadSeconds + BothSeconds + 3) / 60.0:0} minutes"));
        var rows = await MeasureAsync(wanted, runs, cancellationToken);
        await arguments.WriteJsonAsync(new { Rows = rows }, cancellationToken);

        return 0;
    }

    private static async Task<List<SharingRow>> MeasureAsync((string Name, int QueueMs, ISender First, ISender Second)[] cases, int runs, CancellationToken cancellationToken)
    {
        var lab = await BenchTopology.UpBareAsync(new LabOptions { Name = $"bench-{Environment.ProcessId}" }, cancellationToken);
        try
        {
            var rows = new List<SharingRow>();
            foreach (var (name, queueMs, first, second) in cases)
            {
                await lab.Links["wan"].SetAsync(
                    new Bandwidth(RateMbit * 1_000_000L), Delay, queue: new LinkQueueLimit(TimeSpan.FromMilliseconds(queueMs), null), grain: TransportBench.Grain,
                    cancellationToken: cancellationToken);
                for (var run = 0; run < runs; run++)
                {
                    rows.Add(await MeasureAsync(lab, name, queueMs, first, second, cancellationToken));
                    Print(rows[^1]);
                }
            }

            return rows;
        }
        finally
        {
            await lab.DownAsync(CancellationToken.None);
        }
    }

    private static async Task<SharingRow> MeasureAsync(RunningLab lab, string name, int queueMs, ISender first, ISender second, CancellationToken cancellationToken)
    {
        var (from, to) = (BenchHost.Of(lab.Hosts["h1"]), BenchHost.Of(lab.Hosts["h2"]));
        var time = Stopwatch.StartNew();
        var running = first.RunAsync(from, to, HeadSeconds + BothSeconds, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(HeadSeconds), cancellationToken);
        var head = time.Elapsed.TotalSeconds;
        var joined = await second.RunAsync(from, to, BothSeconds, cancellationToken);
        var there = await running;
        return new SharingRow(
            name, queueMs, first.Name, second.Name,
            there.Goodput(HeadSeconds / 2.0, HeadSeconds - 1),
            there.Goodput(head + SettlingSeconds, HeadSeconds + BothSeconds - 1),
            joined.Goodput(SettlingSeconds, HeadSeconds + BothSeconds - 1 - head));
    }

    private static void Print(SharingRow row) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Case}, queue {row.QueueMs} ms: {row.First} alone {row.FirstAloneMbit:0.0}, then {row.FirstMbit:0.0} beside {row.Second} with {row.SecondMbit:0.0} Mbit/s ({row.SecondMbit / (row.FirstMbit + row.SecondMbit):P0}); the first kept {row.FirstMbit / row.FirstAloneMbit:P0}"));
}

/// <summary>How two flows shared a link.</summary>
/// <param name="Case">Its name.</param>
/// <param name="QueueMs">What may wait before the link.</param>
/// <param name="First">Who was there first.</param>
/// <param name="Second">Who came.</param>
/// <param name="FirstAloneMbit">What the first had before.</param>
/// <param name="FirstMbit">What it had afterwards.</param>
/// <param name="SecondMbit">What the second had.</param>
internal sealed record SharingRow(string Case, int QueueMs, string First, string Second, double FirstAloneMbit, double FirstMbit, double SecondMbit);
