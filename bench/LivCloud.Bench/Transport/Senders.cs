using System.Globalization;
using System.Text.Json;

namespace LivCloud.Bench.Transport;

/// <summary>One program that sends for a while to another.</summary>
internal interface ISender
{
    /// <summary>Its name in the report.</summary>
    string Name { get; }

    /// <summary>Sends from one host to another.</summary>
    Task<TransportRun> RunAsync(BenchHost from, BenchHost to, int seconds, CancellationToken cancellationToken);
}

/// <summary>Our UDT.</summary>
/// <param name="name">Its name in the report.</param>
/// <param name="law">"native" or "modern".</param>
/// <param name="port">Where the receiver listens, so that several can run side by side.</param>
/// <param name="isBackground">Whether it leaves the path to others.</param>
internal sealed class UdtSender(string name, string law, int port = TransportEnd.DefaultPort, bool isBackground = false) : ISender
{
    private static readonly string Self = Path.Combine(AppContext.BaseDirectory, "LivCloud.Bench");

    public string Name => name;

    public Task<TransportRun> RunAsync(BenchHost from, BenchHost to, int seconds, CancellationToken cancellationToken) => TwoPrograms.RunAsync(
        from,
        [
            Self, "transport-end", "--role", "send", "--to", to.Address, "--port", $"{port}", "--seconds", $"{seconds}", "--law", law,
            "--background", isBackground ? "yes" : "no",
        ],
        to,
        [Self, "transport-end", "--role", "recv", "--port", $"{port}", "--law", law],
        port,
        cancellationToken);
}

/// <summary>A program of bench/peers, on a library of Debian's.</summary>
/// <param name="name">Its name in the report.</param>
/// <param name="program">The program's path.</param>
internal sealed class PeerSender(string name, string program) : ISender
{
    private const string Endless = "1000000000000";

    public string Name => name;

    public Task<TransportRun> RunAsync(BenchHost from, BenchHost to, int seconds, CancellationToken cancellationToken) => TwoPrograms.RunAsync(
        from,
        [program, "send", to.Address, $"{TransportEnd.DefaultPort}", Endless, "--seconds", $"{seconds}"],
        to,
        [program, "recv", $"{TransportEnd.DefaultPort}", "0"],
        TransportEnd.DefaultPort,
        cancellationToken);
}

/// <summary>The kernel's TCP, by iperf3.</summary>
/// <param name="congestionControl">Which control law.</param>
internal sealed class TcpSender(string congestionControl) : ISender
{
    public string Name => $"tcp-{congestionControl}";

    public async Task<TransportRun> RunAsync(BenchHost from, BenchHost to, int seconds, CancellationToken cancellationToken)
    {
        var server = to.RunAsync(["iperf3", "-s", "-1", "-i", "0.1", "--json"], cancellationToken);
        await TwoPrograms.WaitForPortAsync(to, 5201, cancellationToken);
        var client = await from.RunAsync(["iperf3", "-c", to.Address, "-t", $"{seconds}", "-C", congestionControl, "-i", "1", "--json"], cancellationToken);
        var received = await server;
        using var there = JsonDocument.Parse(received.Output);
        using var here = JsonDocument.Parse(client.Output);
        if (here.RootElement.TryGetProperty("error", out var error))
        {
            throw new InvalidOperationException($"iperf3 failed: {error.GetString()}");
        }

        var bytes = 0L;
        var marks = new List<(double, long)>();
        foreach (var interval in there.RootElement.GetProperty("intervals").EnumerateArray())
        {
            var sum = interval.GetProperty("sum");
            bytes += sum.GetProperty("bytes").GetInt64();
            marks.Add((sum.GetProperty("end").GetDouble(), bytes));
        }

        var end = here.RootElement.GetProperty("end");
        var use = end.GetProperty("cpu_utilization_percent");
        var sent = end.GetProperty("sum_sent");
        const double payload = 1448;
        var gigabytes = Math.Max(bytes, 1) / 1e9;
        return new TransportRun(
            marks, use.GetProperty("host_total").GetDouble() / 100 * seconds / gigabytes, use.GetProperty("remote_total").GetDouble() / 100 * seconds / gigabytes,
            sent.GetProperty("retransmits").GetDouble() / Math.Max(1, sent.GetProperty("bytes").GetDouble() / payload));
    }
}

/// <summary>A sender and a receiver that say how they fared, as those of bench/peers do.</summary>
internal static class TwoPrograms
{
    public static async Task<TransportRun> RunAsync(
        BenchHost from, IReadOnlyList<string> send, BenchHost to, IReadOnlyList<string> receive, int port, CancellationToken cancellationToken)
    {
        var receiving = to.RunAsync(receive, cancellationToken);
        await WaitForPortAsync(to, port, cancellationToken);
        var sent = await from.RunAsync(send, cancellationToken);
        var received = await receiving;
        if (sent.ExitCode != 0 || received.ExitCode != 0)
        {
            throw new InvalidOperationException($"{send[0]} failed: {sent.Error.Trim()} {received.Error.Trim()}");
        }

        var again = TransportRun.Number(sent.Output, "again") / Math.Max(1, TransportRun.Number(sent.Output, "packets") ?? 1);
        return new TransportRun(
            TransportRun.ReadMarks(received.Output), TransportRun.CpuPerGigabyte(sent.Output), TransportRun.CpuPerGigabyte(received.Output), again);
    }

    /// <summary>Waits until a program listens.</summary>
    public static async Task WaitForPortAsync(BenchHost host, int port, CancellationToken cancellationToken)
    {
        var wanted = string.Create(CultureInfo.InvariantCulture, $":{port:X4} ");
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var tables = await host.RunAsync(["cat", "/proc/net/udp", "/proc/net/udp6", "/proc/net/tcp", "/proc/net/tcp6"], cancellationToken);
            if (tables.Output.Contains(wanted, StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(50, cancellationToken);
        }

        throw new InvalidOperationException($"Nothing listens on port {port} of {host.Name}.");
    }
}
