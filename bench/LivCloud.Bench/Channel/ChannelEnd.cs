using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text.Json;
using LivCloud.Channel;
using LivCloud.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace LivCloud.Bench.Channel;

/// <summary>One end of the benchmark, in its own process and namespace: the channel, or bare TLS.</summary>
internal static class ChannelEnd
{
    private const int Port = 8470;
    private const int PieceBytes = 256 * 1024;

    /// <summary>What is moved before the measurement begins, while the runtime compiles, unless told otherwise.</summary>
    private const long WarmUpBytes = 128L * 1024 * 1024;

    public static async Task<int> RunAsync(BenchArguments arguments, CancellationToken cancellationToken)
    {
        var (role, directory, seconds) = (arguments["role"], arguments["dir"], arguments.Number("seconds", 5));
        var report = (arguments["mode"], role) switch
        {
            ("channel", BenchCertificates.Receiver) => await ReceiveByChannelAsync(directory, cancellationToken),
            ("channel", BenchCertificates.Sender) => await SendByChannelAsync(directory, seconds, cancellationToken),
            ("tls", BenchCertificates.Receiver) => await ReceiveByTlsAsync(directory, cancellationToken),
            ("tls", BenchCertificates.Sender) => await SendByTlsAsync(directory, seconds, cancellationToken),
            _ => throw new FormatException("There is no such mode or role."),
        };
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report));
        return 0;
    }

    private static async Task<EndReport> ReceiveByChannelAsync(string directory, CancellationToken cancellationToken)
    {
        var acceptor = new OneStream();
        await using var endpoint = Endpoint(directory, BenchCertificates.Receiver, BenchCertificates.Sender, "", acceptor);
        await Console.Out.WriteLineAsync("ready");
        await using var stream = await acceptor.Stream.WaitAsync(cancellationToken);
        var report = await ReceiveAsync(stream, cancellationToken);
        await stream.WriteAsync(new byte[1], cancellationToken);
        await stream.CompleteWritesAsync(cancellationToken);
        return report;
    }

    private static async Task<EndReport> SendByChannelAsync(string directory, int seconds, CancellationToken cancellationToken)
    {
        await using var endpoint = Endpoint(directory, BenchCertificates.Sender, BenchCertificates.Receiver, $"{VethPair.SecondAddress}:{Port}", new OneStream());
        var session = await endpoint.GetSessionAsync(HostName.Parse(BenchCertificates.Receiver), cancellationToken: cancellationToken);
        await using var stream = await session.OpenAsync(new StreamTarget(StreamKind.Memory, MigrationId.Create(), 0), cancellationToken);
        var rtt = TimeSpan.Zero;
        var report = await SendAsync(stream, seconds, CompleteAsync, cancellationToken);
        return report with { LoadedRttMilliseconds = rtt.TotalMilliseconds };

        Task CompleteAsync()
        {
            rtt = session.SmoothedRtt;
            return stream.CompleteWritesAsync(cancellationToken);
        }
    }

    private static async Task<EndReport> ReceiveByTlsAsync(string directory, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Any, Port);
        listener.Start();
        await Console.Out.WriteLineAsync("ready");
        var socket = await listener.AcceptSocketAsync(cancellationToken);
        await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = BenchCertificates.Host(directory, BenchCertificates.Receiver) }, cancellationToken);
        var report = await ReceiveAsync(stream, cancellationToken);
        await stream.WriteAsync(new byte[1], cancellationToken);
        return report;
    }

    private static async Task<EndReport> SendByTlsAsync(string directory, int seconds, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(VethPair.SecondAddress), Port, cancellationToken);
        await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var authority = BenchCertificates.Authority(directory);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = BenchCertificates.Receiver,
                CertificateChainPolicy = new System.Security.Cryptography.X509Certificates.X509ChainPolicy
                {
                    TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authority },
                    RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
                },
            },
            cancellationToken);
        return await SendAsync(stream, seconds, stream.ShutdownAsync, cancellationToken);
    }

    private static ChannelEndpoint Endpoint(string directory, string name, string peer, string address, IStreamAcceptor acceptor)
    {
        var options = new ChannelOptions
        {
            Name = HostName.Parse(name),
            Listen = new IPEndPoint(IPAddress.Any, Port),
            Certificate = BenchCertificates.Host(directory, name),
            Authority = BenchCertificates.Authority(directory),
            Peers = new Dictionary<HostName, string> { [HostName.Parse(peer)] = address },
        };
        var endpoint = new ChannelEndpoint(options, acceptor, TimeProvider.System, NullLoggerFactory.Instance);
        endpoint.Start();
        return endpoint;
    }

    private static async Task<EndReport> SendAsync(Stream stream, int seconds, Func<Task> complete, CancellationToken cancellationToken)
    {
        var piece = new byte[PieceBytes];
        Random.Shared.NextBytes(piece);
        var sent = 0L;
        for (; sent < WarmUpBytes; sent += piece.Length)
        {
            await stream.WriteAsync(piece, cancellationToken);
        }

        var meter = new Meter();
        while (meter.Seconds < seconds)
        {
            await stream.WriteAsync(piece, cancellationToken);
            sent += piece.Length;
        }

        await complete();
        await stream.ReadExactlyAsync(new byte[1], cancellationToken);
        return meter.Read(sent - WarmUpBytes);
    }

    private static async Task<EndReport> ReceiveAsync(Stream stream, CancellationToken cancellationToken)
    {
        var piece = new byte[PieceBytes];
        var received = 0L;
        while (received < WarmUpBytes)
        {
            received += await stream.ReadAsync(piece, cancellationToken);
        }

        var meter = new Meter();
        var warmUp = received;
        while (await stream.ReadAsync(piece, cancellationToken) is var count and > 0)
        {
            received += count;
        }

        return meter.Read(received - warmUp);
    }

    private sealed class OneStream : IStreamAcceptor
    {
        private readonly TaskCompletionSource<ChannelStream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ChannelStream> Stream => _stream.Task;

        public ValueTask<StreamRefusal?> AcceptAsync(ChannelSession session, ChannelStream stream, CancellationToken cancellationToken) =>
            ValueTask.FromResult(_stream.TrySetResult(stream) ? null : new StreamRefusal("There is one already."));
    }
}
