using System.Net;
using System.Net.Sockets;
using LivCloud.Channel.Links;
using LivCloud.Channel.Protocol;
using LivCloud.Channel.Sessions;
using LivCloud.Channel.Wire;
using LivCloud.Core;
using LivCloud.Transport;
using LivCloud.Transport.Connections;
using LivCloud.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace LivCloud.Channel;

/// <summary>This agent's end of all channels: it listens on one port, and dials peers.</summary>
public sealed partial class ChannelEndpoint : IAsyncDisposable
{
    private const int MaxSessionsPerPeer = 16;
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(1);
    private readonly ChannelOptions _options;
    private readonly IStreamAcceptor _acceptor;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly TlsSettings _tls;
    private readonly Guid _instance = Guid.NewGuid();
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, ChannelSession> _sessions = [];
    private readonly Dictionary<HostName, SemaphoreSlim> _dialing = [];
    private readonly HalfOpenLinks _halfOpen;
    private readonly RunningTasks _tasks = new();
    private readonly CancellationTokenSource _stopping = new();
    private Socket? _listener;
    private UdtSocket? _udt;
    private LinkDialer? _dialer;
    private bool _isDisposed;

    /// <summary>Makes an endpoint that does not listen yet.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ChannelEndpoint(ChannelOptions options, IStreamAcceptor acceptor, TimeProvider clock, ILoggerFactory loggers)
    {
        options.Check();
        (_options, _acceptor, _clock) = (options, acceptor, clock);
        _halfOpen = new HalfOpenLinks(options.MaxHalfOpenLinks, options.MaxHalfOpenLinksPerAddress);
        _logger = loggers.CreateLogger<ChannelEndpoint>();
        _tls = new TlsSettings(options.Certificate, options.Authority);
    }

    /// <summary>Where the endpoint listens, with the port that it got.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public IPEndPoint LocalEndPoint =>
        (IPEndPoint)(_listener?.LocalEndPoint ?? throw new InvalidOperationException("The channel's endpoint was not started."));

    /// <summary>The sessions that are not over, whoever began them.</summary>
    public IReadOnlyCollection<ChannelSession> Sessions
    {
        get
        {
            lock (_gate)
            {
                return [.. _sessions.Values.Where(session => !session.HasEnded)];
            }
        }
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="ChannelException">The port could not be had (<see cref="ChannelError.ListenFailed"/>).</exception>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var socket = new Socket(_options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (_options.Listen.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(_options.Listen);
            socket.Listen(128);
        }
        catch (SocketException ex)
        {
            socket.Dispose();
            var why = ex.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "another program listens on that port (is an agent running already?)",
                SocketError.AccessDenied => "that needs more rights than this process has",
                SocketError.AddressNotAvailable => "this machine has no such address",
                _ => ex.Message,
            };
            throw new ChannelException(ChannelError.ListenFailed, $"Can not listen on {_options.Listen}: {why}.", ex);
        }

        _listener = socket;
        ChannelLog.Listening(_logger, LocalEndPoint);
        _tasks.Add(AcceptAsync(socket));
        if (TryBindUdp() is { } udt)
        {
            _udt = udt;
            _tasks.Add(AcceptAsync(udt));
        }

        _dialer = new LinkDialer(_options, _tls, new CarrierConnector(_options, _udt, _clock), _clock);
    }

    /// <summary>Gives a session with a peer: the one that there is, whoever began it, or a new one.</summary>
    /// <remarks>When the session's links are lost at the moment, it waits for one as long as connecting may take.</remarks>
    /// <param name="peer">Whom with.</param>
    /// <param name="transport">What its links are made over; null takes whatever session there is, and for a new one what the options say.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ChannelException">The peer is not known, can not be reached or is not trusted.</exception>
    public async Task<ChannelSession> GetSessionAsync(HostName peer, LinkTransport? transport = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        SemaphoreSlim turn;
        lock (_gate)
        {
            if (!_dialing.TryGetValue(peer, out turn!))
            {
                _dialing.Add(peer, turn = new SemaphoreSlim(1));
            }
        }

        await turn.WaitAsync(cancellationToken);
        try
        {
            return await FindLiveAsync(peer, transport, cancellationToken) ?? await BeginAsync(peer, transport, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Closes all sessions, stops listening, and waits until all has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        ChannelSession[] sessions;
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            sessions = [.. _sessions.Values];
        }

        await _stopping.CancelAsync();
        _listener?.Dispose();
        await Task.WhenAll(sessions.Select(session => session.ShutDownAsync(ShutdownTime)));
        await _tasks.WhenAllAsync();
        if (_udt is not null)
        {
            await _udt.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private LinkDialer Dialer => _dialer ?? throw new InvalidOperationException("The channel's endpoint was not started.");

    /// <summary>The port of UDP with TCP's number. Without it links are made over TCP only.</summary>
    private UdtSocket? TryBindUdp()
    {
        try
        {
            return new UdtSocket(LocalEndPoint, new EndpointSettings
            {
                Listens = true,
                Backlog = _options.MaxHalfOpenLinks,
                Connection = new ConnectionSettings { ReceivePackets = UdtCarrier.StrangersPackets },
            });
        }
        catch (SocketException ex)
        {
            ChannelLog.NoUdp(_logger, LocalEndPoint, ex.Message);
            return null;
        }
    }

    /// <summary>Whether a session may be used by who asks for a transport; who does not gets none that was made over another than is set up here.</summary>
    private bool Suits(ChannelSession session, LinkTransport? transport) => transport switch
    {
        null => !session.IsDialer || session.Wish == _options.Transport,
        LinkTransport.Auto => session.Wish == LinkTransport.Auto,
        LinkTransport.Tcp => session.Wish == transport && session.Transport == TcpCarrier.TransportName,
        LinkTransport.Udt => session.Wish == transport && session.Transport == UdtCarrier.TransportName,
        _ => throw new System.Diagnostics.UnreachableException($"There is no transport {transport}."),
    };

    private async Task<ChannelSession?> FindLiveAsync(HostName peer, LinkTransport? transport, CancellationToken cancellationToken)
    {
        ChannelSession? session;
        lock (_gate)
        {
            session = _sessions.Values
                .Where(one => one.Peer == peer && one.TakesStreams && Suits(one, transport))
                .OrderByDescending(one => one.Wish == _options.Transport)
                .ThenByDescending(one => one.Links)
                .FirstOrDefault();
        }

        if (session is null)
        {
            return null;
        }

        using var deadline = new CancellationTokenSource(_options.ConnectTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await session.WaitForLinkAsync(either.Token);
            return session;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw session.RedialFailure is { } failure
                ? new ChannelException(failure.Error, failure.Message, failure)
                : new ChannelException(ChannelError.PeerUnreachable, $"The link to {peer} is lost and has not come back yet.");
        }
        catch (ChannelException)
        {
            return null;
        }
    }

    private async Task<ChannelSession> BeginAsync(HostName peer, LinkTransport? transport, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        var wish = transport ?? _options.Transport;
        var link = await Dialer.DialAsync(peer, wish, either.Token);
        try
        {
            var id = Guid.NewGuid();
            var hello = new HelloFrame(WireLimits.Version, WireLimits.Version, HelloIntent.Begin, _instance, id, Slot: 1);
            var peerInstance = await HelloExchange.IntroduceAsync(link, hello, _options, _clock, either.Token);
            return Add(new SessionOrigin(id, peer, peerInstance, IsDialer: true, wish), link);
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <summary>Makes a session and runs it. Sessions with an earlier process of that peer are of no use any more and end.</summary>
    /// <param name="origin">What it is born with.</param>
    /// <param name="link">Its first link, if that is up: a session that began to run without it would dial it again.</param>
    private ChannelSession Add(SessionOrigin origin, Link? link = null)
    {
        DropOlder(origin.Peer, origin.PeerInstance);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var session = new ChannelSession(origin, _options, _acceptor, RedialAsync, _clock, _logger);
            if (link is not null)
            {
                _ = session.TryAttach(link, slot: 1);
            }

            _sessions.Add(origin.Id, session);
            _tasks.Add(RunAsync(session));
            return session;
        }
    }

    private void DropOlder(HostName peer, Guid instance)
    {
        ChannelSession[] older;
        lock (_gate)
        {
            older = [.. _sessions.Values.Where(session => session.Peer == peer && session.PeerInstance != instance)];
        }

        foreach (var session in older)
        {
            session.Finish(new SessionEnd(
                ChannelError.PeerRestarted, $"The agent of {peer} was started again; the session with it is gone.", CloseCode.PeerRestarted));
        }
    }

    private async Task RunAsync(ChannelSession session)
    {
        await Task.Yield();
        try
        {
            await session.RunAsync();
        }
        finally
        {
            lock (_gate)
            {
                _sessions.Remove(session.Id);
            }
        }
    }

    private async Task RedialAsync(ChannelSession session, byte slot, LinkTransport transport, CancellationToken cancellationToken)
    {
        var link = await Dialer.DialAsync(session.Peer, transport, cancellationToken);
        try
        {
            var hello = new HelloFrame(WireLimits.Version, WireLimits.Version, HelloIntent.Join, _instance, session.Id, slot);
            var instance = await HelloExchange.IntroduceAsync(link, hello, _options, _clock, cancellationToken);
            if (instance != session.PeerInstance)
            {
                throw new ChannelException(ChannelError.PeerRestarted, $"The agent of {session.Peer} was started again.");
            }
        }
        catch
        {
            link.Dispose();
            throw;
        }

        if (!session.TryAttach(link, slot))
        {
            link.Dispose();
        }
    }
}
