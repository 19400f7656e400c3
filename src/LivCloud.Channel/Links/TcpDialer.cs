using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using LivCloud.Channel.Certificates;
using LivCloud.Core;

namespace LivCloud.Channel.Links;

/// <summary>Makes links to peers over TCP.</summary>
internal sealed class TcpDialer(ChannelOptions options, TlsSettings tls, TimeProvider clock)
{
    /// <summary>Connects to a peer and checks that it is the one.</summary>
    /// <exception cref="ChannelException">It can not be reached, or is not trusted.</exception>
    public async Task<Link> DialAsync(HostName peer, CancellationToken cancellationToken)
    {
        var address = AddressOf(peer);
        var socket = await ConnectAsync(peer, address, cancellationToken);
        var stream = new SslStream(new SocketStream(socket));
        try
        {
            return await AuthenticateAsync(peer, address, socket, stream, cancellationToken);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private string AddressOf(HostName peer)
    {
        if (!options.Peers.TryGetValue(peer, out var address))
        {
            throw new ChannelException(ChannelError.PeerUnreachable, $"{peer} is not among the configured peers of {options.Name}.");
        }

        return address.Length > 0
            ? address
            : throw new ChannelException(
                ChannelError.PeerUnreachable, $"{peer} has not connected, and no address is configured at which {options.Name} could reach it.");
    }

    private async Task<Socket> ConnectAsync(HostName peer, string address, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var endPoints = await ResolveAsync(peer, address, either.Token);
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    return await ConnectAsync(endPoints[attempt], either.Token);
                }
                catch (SocketException) when (attempt < endPoints.Count - 1)
                {
                    // The name has further addresses.
                }
            }
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChannelException(
                ChannelError.PeerUnreachable, $"No answer from {peer} at {address} within {Seconds(options.ConnectTimeout)}.", ex);
        }
        catch (SocketException ex)
        {
            var why = ex.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "nothing listens on that port (is the agent running there?)",
                SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the name is not known to DNS",
                SocketError.NetworkUnreachable or SocketError.HostUnreachable => "there is no route to it",
                _ => ex.Message,
            };
            throw new ChannelException(ChannelError.PeerUnreachable, $"{peer} can not be reached at {address}: {why}.", ex);
        }
    }

    private async Task<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            TcpOptions.Apply(socket, options.CongestionControl, options.MaxUnsentBytes ?? 128 * 1024);
            await socket.ConnectAsync(endPoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<IReadOnlyList<IPEndPoint>> ResolveAsync(HostName peer, string address, CancellationToken cancellationToken)
    {
        if (IPEndPoint.TryParse(address, out var endPoint) && endPoint.Port != 0)
        {
            return [endPoint];
        }

        var colon = address.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
        {
            throw new ChannelException(
                ChannelError.PeerUnreachable, $"The address '{address}' of {peer} is not of the form name:port, 192.0.2.7:port or [2001:db8::7]:port.");
        }

        var found = await Dns.GetHostAddressesAsync(address[..colon], cancellationToken);
        return found.Length > 0 ? [.. found.Select(one => new IPEndPoint(one, port))] : throw new SocketException((int)SocketError.HostNotFound);
    }

    private async Task<Link> AuthenticateAsync(HostName peer, string address, Socket socket, SslStream stream, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.HandshakeTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var verdict = await tls.AuthenticateAsDialerAsync(stream, peer, either.Token);
            if (verdict is PeerVerdict.Trusted)
            {
                return new Link(peer, stream, socket, "tcp");
            }

            var reason = ((PeerVerdict.Refused)verdict).Reason;
            throw new ChannelException(
                ChannelError.PeerUntrusted,
                $"{options.Name} refused the certificate that {peer} presented at {address}: {reason}. "
                + $"Give {peer} a certificate for its name from the CA of {options.Name}, or correct its address.");
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChannelException(
                ChannelError.PeerUnreachable, $"{peer} at {address} did not answer in TLS within {Seconds(options.HandshakeTimeout)}.", ex);
        }
        catch (Exception ex) when (ex is IOException or AuthenticationException or SocketException or ObjectDisposedException)
        {
            throw new ChannelException(
                ChannelError.PeerUnreachable, $"What answers for {peer} at {address} does not speak LivCloud's TLS, or the connection broke.", ex);
        }
    }

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###} s");
}
