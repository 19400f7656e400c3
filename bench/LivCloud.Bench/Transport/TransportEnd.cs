using System.Diagnostics;
using System.Globalization;
using System.Net;
using LivCloud.Transport;
using LivCloud.Transport.Connections;
using LivCloud.Transport.Sockets;

namespace LivCloud.Bench.Transport;

/// <summary>One end of our UDT, in its own process and namespace. It says what the programs of bench/peers say.</summary>
internal static class TransportEnd
{
    public const int DefaultPort = 9000;
    private const int PieceBytes = 64 * 1024;
    private static readonly TimeSpan MarkInterval = TimeSpan.FromMilliseconds(100);

    public static async Task<int> RunAsync(BenchArguments arguments, CancellationToken cancellationToken)
    {
        var port = arguments.Number("port", DefaultPort);
        var settings = new EndpointSettings
        {
            Listens = arguments["role"] == "recv",
            Connection = new ConnectionSettings { Law = arguments.Find("law") == "native" ? ControlLaw.Native : ControlLaw.QueueBound },
        };
        await using var socket = new UdtSocket(new IPEndPoint(IPAddress.Any, settings.Listens ? port : 0), settings);
        return settings.Listens
            ? await ReceiveAsync(socket, port, cancellationToken)
            : await SendAsync(socket, new IPEndPoint(IPAddress.Parse(arguments["to"]), port), arguments.Number("seconds", 20), arguments.Find("background") == "yes", cancellationToken);
    }

    private static async Task<int> ReceiveAsync(UdtSocket socket, int port, CancellationToken cancellationToken)
    {
        Say($"port {port}");
        await using var stream = await socket.AcceptAsync(cancellationToken);
        var buffer = new byte[PieceBytes * 4];
        var (time, markAt, received, use) = (Stopwatch.StartNew(), TimeSpan.Zero, 0L, new ProcessorUse());
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            received += count;
            use.Note(time.Elapsed, received);
            if (time.Elapsed >= markAt)
            {
                Say($"mark {time.Elapsed.TotalSeconds:0.000} {received}");
                markAt = time.Elapsed + MarkInterval;
            }
        }

        use.Say(received);
        Say($"bytes {received} seconds {time.Elapsed.TotalSeconds:0.000} cpu {use.Seconds:0.000} ok");
        return 0;
    }

    private static async Task<int> SendAsync(UdtSocket socket, IPEndPoint to, int seconds, bool isBackground, CancellationToken cancellationToken)
    {
        await using var stream = await socket.ConnectAsync(to, cancellationToken: cancellationToken);
        stream.IsBackground = isBackground;
        var piece = new byte[PieceBytes];
        Random.Shared.NextBytes(piece);
        var (time, sent, use) = (Stopwatch.StartNew(), 0L, new ProcessorUse());
        while (time.Elapsed.TotalSeconds < seconds)
        {
            await stream.WriteAsync(piece, cancellationToken);
            sent += piece.Length;
            use.Note(time.Elapsed, sent);
        }

        use.Say(sent);
        var used = use.Seconds;
        var statistics = stream.Statistics;
        stream.Abort();
        Say($"packets {statistics.SentPackets} again {statistics.RetransmittedPackets}");
        Say($"bytes {sent} seconds {time.Elapsed.TotalSeconds:0.000} cpu {used:0.000} ok");
        return 0;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>What the process uses of the processor, in all and since it is warm.</summary>
    private sealed class ProcessorUse
    {
        private static readonly TimeSpan WarmAfter = TimeSpan.FromSeconds(2);
        private readonly TimeSpan _begun = Environment.CpuUsage.TotalTime;
        private (TimeSpan Used, long Bytes)? _warm;

        public double Seconds => (Environment.CpuUsage.TotalTime - _begun).TotalSeconds;

        public void Note(TimeSpan elapsed, long bytes) => _warm ??= elapsed >= WarmAfter ? (Environment.CpuUsage.TotalTime, bytes) : null;

        public void Say(long bytes)
        {
            if (_warm is { } warm)
            {
                TransportEnd.Say($"warm-bytes {bytes - warm.Bytes} warm-cpu {(Environment.CpuUsage.TotalTime - warm.Used).TotalSeconds:0.000}");
            }
        }
    }
}
