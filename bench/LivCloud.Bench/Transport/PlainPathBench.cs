using System.Globalization;
using LivCloud.Bench.Channel;
using LivCloud.Lab;

namespace LivCloud.Bench.Transport;

/// <summary>Our UDT and libudt as fast as they can, over a cable between two namespaces with nothing in the way: what they cost.</summary>
internal static class PlainPathBench
{
    public static async Task<int> RunAsync(BenchArguments arguments, CancellationToken cancellationToken)
    {
        var (runs, seconds) = (arguments.Number("runs", 3), arguments.Number("seconds", 8));
        ISender[] senders = [new UdtSender("udt", "modern"), new UdtSender("udt-native", "native"), new PeerSender("libudt", $"{new LabOptions { Name = "plain" }.CacheDirectory}/udt-peer")];
        await using var pair = await VethPair.CreateAsync(rate: null);
        var (from, to) = (BenchHost.OfNamespace(pair.First, VethPair.FirstAddress), BenchHost.OfNamespace(pair.Second, VethPair.SecondAddress));
        var rows = new List<PlainRow>();
        for (var run = 0; run < runs; run++)
        {
            foreach (var sender in senders)
            {
                var seen = await sender.RunAsync(from, to, seconds, cancellationToken);
                rows.Add(new PlainRow(sender.Name, seen.Goodput(0, seconds) / 1000, seen.SendCpuPerGigabyte, seen.ReceiveCpuPerGigabyte));
                Print($"run {run + 1}", rows[^1]);
            }
        }

        foreach (var sender in senders)
        {
            var sorted = rows.Where(row => row.Sender == sender.Name).OrderBy(row => row.GoodputGbit).ToList();
            Print("median", sorted[sorted.Count / 2]);
        }

        await arguments.WriteJsonAsync(new { Rows = rows }, cancellationToken);

        return 0;
    }

    private static void Print(string what, PlainRow row) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {row.Sender,-10} {row.GoodputGbit:0.00} Gbit/s, CPU {row.CpuSendSPerGb:0.00} + {row.CpuRecvSPerGb:0.00} s/GB"));
}

/// <summary>What a sender showed over the plain path.</summary>
/// <param name="Sender">Who sent.</param>
/// <param name="GoodputGbit">Payload, in Gbit/s.</param>
/// <param name="CpuSendSPerGb">Processor seconds of the sender for each 10^9 bytes.</param>
/// <param name="CpuRecvSPerGb">Those of the receiver.</param>
internal sealed record PlainRow(string Sender, double GoodputGbit, double CpuSendSPerGb, double CpuRecvSPerGb);
