using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace LivCloud.Bench.Channel;

/// <summary>Runs both ends, takes medians and prints them.</summary>
internal static class ChannelBench
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<int> RunAsync(BenchArguments arguments, CancellationToken cancellationToken)
    {
        var (runs, seconds) = (arguments.Number("runs", 3), arguments.Number("seconds", 5));
        var directory = Directory.CreateTempSubdirectory("livcloud-bench-").FullName;
        try
        {
            await using var pair = await VethPair.CreateAsync(arguments.Find("rate"));
            BenchCertificates.Write(directory);
            var results = new List<Run>();
            for (var run = 0; run < runs; run++)
            {
                results.Add(new Run(
                    await MeasureAsync(pair, "tls", directory, seconds, cancellationToken),
                    await MeasureAsync(pair, "channel", directory, seconds, cancellationToken)));
                Print($"run {run + 1}", results[^1]);
            }

            var median = Median(results);
            Print("median", median);
            if (arguments.Find("json") is { } file)
            {
                await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { Median = median, Runs = results }, Indented), cancellationToken);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<Ends> MeasureAsync(VethPair pair, string mode, string directory, int seconds, CancellationToken cancellationToken)
    {
        using var receiver = Start(pair.Second, mode, BenchCertificates.Receiver, directory, seconds);
        try
        {
            if (await receiver.StandardOutput.ReadLineAsync(cancellationToken) != "ready")
            {
                throw new InvalidOperationException("The receiver did not start.");
            }

            using var sender = Start(pair.First, mode, BenchCertificates.Sender, directory, seconds);
            try
            {
                return new Ends(await ReadAsync(sender, cancellationToken), await ReadAsync(receiver, cancellationToken));
            }
            finally
            {
                await EndAsync(sender);
            }
        }
        finally
        {
            await EndAsync(receiver);
        }
    }

    private static Process Start(string space, string mode, string role, string directory, int seconds)
    {
        var self = typeof(ChannelBench).Assembly.Location;
        string[] command =
        [
            "netns", "exec", space, "dotnet", self, "channel-end", "--mode", mode, "--role", role, "--dir", directory,
            "--seconds", seconds.ToString(CultureInfo.InvariantCulture),
        ];
        return Process.Start(new ProcessStartInfo("ip", command) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("The command ip can not be run.");
    }

    private static async Task<EndReport> ReadAsync(Process process, CancellationToken cancellationToken)
    {
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("An end of the benchmark failed.");
        await process.WaitForExitAsync(cancellationToken);
        return JsonSerializer.Deserialize<EndReport>(line) ?? throw new InvalidOperationException("An end of the benchmark reported nothing.");
    }

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static Run Median(List<Run> runs) => new(
        runs.Select(run => run.Tls).OrderBy(ends => ends.Receiver.GigabitsPerSecond).ElementAt(runs.Count / 2),
        runs.Select(run => run.Channel).OrderBy(ends => ends.Receiver.GigabitsPerSecond).ElementAt(runs.Count / 2));

    private static void Print(string title, Run run)
    {
        Print(title, "bare TLS", run.Tls);
        Print(title, "channel ", run.Channel);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{title}: the channel reaches {run.Channel.Receiver.GigabitsPerSecond / run.Tls.Receiver.GigabitsPerSecond:0.00} of bare TLS"));
    }

    private static void Print(string title, string what, Ends ends)
    {
        var (sender, receiver) = ends;
        Console.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{title}: {what} {receiver.GigabitsPerSecond:0.00} Gbit/s, CPU s/GB {sender.CpuSecondsPerGigabyte:0.00} + {receiver.CpuSecondsPerGigabyte:0.00}, "));
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"peak RSS {sender.PeakRssBytes / 1e6:0} + {receiver.PeakRssBytes / 1e6:0} MB, "));
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"allocated {sender.AllocatedBytes / 1e6:0.0} + {receiver.AllocatedBytes / 1e6:0.0} MB"));
        Console.WriteLine(sender.LoadedRttMilliseconds is { } rtt ? string.Create(CultureInfo.InvariantCulture, $", RTT under load {rtt:0.0} ms") : "");
    }

    private sealed record Ends(EndReport Sender, EndReport Receiver);

    private sealed record Run(Ends Tls, Ends Channel);
}
