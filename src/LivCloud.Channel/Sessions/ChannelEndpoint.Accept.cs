using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using LivCloud.Channel.Certificates;
using LivCloud.Channel.Links;
using LivCloud.Channel.Sessions;
using LivCloud.Channel.Wire;
using LivCloud.Core;
using LivCloud.Transport.Sockets;

namespace LivCloud.Channel;

/// <summary>Incoming links.</summary>
public sealed partial class ChannelEndpoint
{
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ListenerRetryTime = TimeSpan.FromMilliseconds(200);

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_stopping.Token);
                TcpOptions.Apply(socket, _options);
                if (RemoteEndPoint(socket) is { } from)
                {
                    Welcome(new TcpCarrier(socket), from);
                }
                else
                {
                    socket.Dispose();
                }
            }
            catch (Exception ex) when (ex is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException ex)
            {
                ChannelLog.ListenerFailed(_logger, ex);
                await Task.WhenAny(Task.Delay(ListenerRetryTime, _clock, _stopping.Token));
            }
        }
    }

    private async Task AcceptAsync(UdtSocket udt)
    {
        try
        {
            while (true)
            {
                var stream = await udt.AcceptAsync(_stopping.Token);
                Welcome(new UdtCarrier(stream), stream.RemoteEndPoint);
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or ObjectDisposedException)
        {
            // The agent ends.
        }
        catch (UdtException ex)
        {
            ChannelLog.UdpFailed(_logger, ex);
        }
    }

    private void Welcome(ILinkCarrier carrier, IPEndPoint from)
    {
        if (_halfOpen.TryEnter(from.Address))
        {
            _tasks.Add(WelcomeAsync(carrier, from));
        }
        else
        {
            ChannelLog.TooManyHalfOpen(_logger, from);
            carrier.Dispose();
        }
    }

    /// <returns>null when the connection broke before it could be looked at.</returns>
    private static IPEndPoint? RemoteEndPoint(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint as IPEndPoint;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Does the handshake with whoever has connected. Whatever comes of it, this does not fail.</summary>
    private async Task WelcomeAsync(ILinkCarrier carrier, IPEndPoint from)
    {
        await Task.Yield();
        var address = from.ToString();
        var stream = new SslStream(carrier.Stream);
        var isTaken = false;
        using var deadline = new CancellationTokenSource(_options.HandshakeTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, deadline.Token);
        try
        {
            var verdict = await _tls.AuthenticateAsAcceptorAsync(stream, [.. _options.Peers.Keys], either.Token);
            if (verdict is PeerVerdict.Trusted trusted)
            {
                carrier.Trust();
                isTaken = await TakeAsync(new Link(trusted.Peer, stream, carrier) { TransportReason = "the peer chose it" }, either.Token);
            }
            else
            {
                var reason = ((PeerVerdict.Refused)verdict).Reason;
                ChannelLog.Untrusted(_logger, address, reason);
                await RefuseAsync(stream, carrier.ShutdownSend, new CloseFrame(CloseCode.PeerUntrusted, reason), either.Token);
            }
        }
        catch (Exception ex) when (ex is IOException or AuthenticationException or InvalidDataException or SocketException
            or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            ChannelLog.HandshakeFailed(_logger, address, ex.Message);
        }
        catch (Exception ex)
        {
            ChannelLog.HandshakeBroke(_logger, ex, address);
        }
        finally
        {
            _halfOpen.Leave(from.Address);
            if (!isTaken)
            {
                carrier.Dispose();
                await stream.DisposeAsync();
            }
        }
    }

    /// <returns>Whether a session has taken the link.</returns>
    private async Task<bool> TakeAsync(Link link, CancellationToken cancellationToken)
    {
        var (header, body) = await FrameExchange.ReadAsync(link.Stream, cancellationToken);
        var reader = new WireReader(body);
        if (header.Type != FrameType.Hello || !HelloFrame.TryRead(ref reader, out var hello, out _))
        {
            throw new InvalidDataException($"{link.Peer} began with something else than HELLO.");
        }

        var (session, refusal) = Decide(link, hello);
        if (session is null)
        {
            ChannelLog.HandshakeFailed(_logger, link.RemoteAddress, refusal.Reason);
            await RefuseAsync(link.Stream, link.ShutdownSend, refusal, cancellationToken);
            return false;
        }

        await FrameExchange.WriteAsync(link.Stream, new WelcomeFrame(WireLimits.Version, _instance), cancellationToken);
        return session.TryAttach(link, hello.Slot);
    }

    private (ChannelSession? Session, CloseFrame Refusal) Decide(Link link, HelloFrame hello)
    {
        var peer = link.Peer;
        if (hello.MinVersion > WireLimits.Version)
        {
            return (null, new CloseFrame(
                CloseCode.VersionUnsupported,
                $"{_options.Name} speaks protocol version {WireLimits.Version}, {peer} {hello.MinVersion} to {hello.MaxVersion}; update {_options.Name}."));
        }

        DropOlder(peer, hello.Instance);
        lock (_gate)
        {
            return FindOrAdd(link, hello);
        }
    }

    /// <summary>Finds the session or makes it, in one step: two links may begin the same one at once. Under the lock.</summary>
    private (ChannelSession? Session, CloseFrame Refusal) FindOrAdd(Link link, HelloFrame hello)
    {
        var peer = link.Peer;
        if (_sessions.TryGetValue(hello.Session, out var session) && !session.HasEnded && session.Peer == peer)
        {
            return session.HasFreeSlot
                ? (session, default)
                : (null, new CloseFrame(CloseCode.TooManyLinks, $"The session has as many links as {_options.Name} allows."));
        }

        if (hello.Intent == HelloIntent.Join || session is not null)
        {
            return (null, new CloseFrame(
                CloseCode.UnknownSession, $"{_options.Name} does not know the session: its agent was started again, or gave the session up."));
        }

        var sessions = _sessions.Values.Count(one => one.Peer == peer);
        return sessions < MaxSessionsPerPeer
            ? (Add(new SessionOrigin(hello.Session, peer, hello.Instance, IsDialer: false, link.Transport == UdtCarrier.TransportName ? LinkTransport.Udt : LinkTransport.Tcp)), default)
            : (null, new CloseFrame(CloseCode.TooManyLinks, $"There are {sessions} sessions with {peer} already."));
    }

    /// <summary>Says why, and waits a little for the other end to close: closing at once could destroy the answer on its way.</summary>
    private async Task RefuseAsync(Stream stream, Action shutdownSend, CloseFrame refusal, CancellationToken cancellationToken)
    {
        await FrameExchange.WriteAsync(stream, refusal, cancellationToken);
        shutdownSend();
        using var deadline = new CancellationTokenSource(LingerTime, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var ignored = new byte[1024];
        for (var total = 0; total < 64 * 1024;)
        {
            var count = await stream.ReadAsync(ignored, either.Token);
            if (count == 0)
            {
                return;
            }

            total += count;
        }
    }
}
