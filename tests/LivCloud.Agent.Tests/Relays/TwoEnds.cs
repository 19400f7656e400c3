using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using LivCloud.Channel;
using LivCloud.Channel.Certificates;
using LivCloud.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace LivCloud.Agent.Tests.Relays;

/// <summary>Two channel endpoints on this machine with a session between them, and what the far one accepts.</summary>
internal sealed class TwoEnds : IStreamAcceptor, IAsyncDisposable
{
    private static readonly HostName Near = HostName.Parse("near");
    private static readonly HostName Far = HostName.Parse("far");
    private readonly TemporaryDirectory _directory = new();
    private readonly System.Threading.Channels.Channel<ChannelStream> _accepted = System.Threading.Channels.Channel.CreateUnbounded<ChannelStream>();
    private readonly ChannelEndpoint _near;
    private readonly ChannelEndpoint _far;

    public TwoEnds()
    {
        using var authority = CertificateAuthority.Create(_directory.Path, TimeProvider.System);
        _far = new ChannelEndpoint(Options(authority, Far, new Dictionary<HostName, string> { [Near] = "" }), this, TimeProvider.System, NullLoggerFactory.Instance);
        _far.Start();
        _near = new ChannelEndpoint(
            Options(authority, Near, new Dictionary<HostName, string> { [Far] = _far.LocalEndPoint.ToString() }), this, TimeProvider.System, NullLoggerFactory.Instance);
        _near.Start();
    }

    public async Task<(ChannelStream Near, ChannelStream Far)> OpenAsync(StreamKind kind)
    {
        var session = await _near.GetSessionAsync(Far);
        var near = await session.OpenAsync(new StreamTarget(kind, MigrationId.Create(), 0));
        return (near, await _accepted.Reader.ReadAsync());
    }

    /// <summary>Ends the far agent; the near one's session ends with it.</summary>
    public ValueTask EndFarAsync() => _far.DisposeAsync();

    /// <summary>Two sockets that are joined.</summary>
    public static async Task<(Socket One, Socket Other)> SocketPairAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var one = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await one.ConnectAsync(listener.LocalEndPoint!);
        return (one, await listener.AcceptAsync());
    }

    public async ValueTask<StreamRefusal?> AcceptAsync(ChannelSession session, ChannelStream stream, CancellationToken cancellationToken)
    {
        await _accepted.Writer.WriteAsync(stream, cancellationToken);
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _near.DisposeAsync();
        await _far.DisposeAsync();
        _directory.Dispose();
    }

    private ChannelOptions Options(CertificateAuthority authority, HostName name, Dictionary<HostName, string> peers)
    {
        authority.Issue(name, TimeSpan.FromDays(1), _directory.Path);
        return new ChannelOptions
        {
            Name = name,
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Certificate = X509Certificate2.CreateFromPemFile(_directory.File($"{name}.crt"), _directory.File($"{name}.key")),
            Authority = X509CertificateLoader.LoadCertificateFromFile(_directory.File(CertificateAuthority.CertificateFileName)),
            Peers = peers,
            HoldTime = TimeSpan.FromSeconds(2),
            DrainTime = TimeSpan.FromMilliseconds(100),
        };
    }
}
