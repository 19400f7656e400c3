using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using LivCloud.Channel.Certificates;
using LivCloud.Core;

namespace LivCloud.Channel.Links;

/// <summary>Makes links to peers.</summary>
internal sealed class LinkDialer(ChannelOptions options, TlsSettings tls, CarrierConnector connector, TimeProvider clock)
{
    /// <summary>Connects to a peer and checks that it is the one.</summary>
    /// <exception cref="ChannelException">It can not be reached, or is not trusted.</exception>
    public async Task<Link> DialAsync(HostName peer, LinkTransport transport, CancellationToken cancellationToken)
    {
        var address = AddressOf(peer);
        var (carrier, reason) = await connector.ConnectAsync(peer, address, transport, cancellationToken);
        var stream = new SslStream(carrier.Stream);
        try
        {
            await AuthenticateAsync(peer, address, stream, cancellationToken);
            carrier.Trust();
            return new Link(peer, stream, carrier) { TransportReason = reason };
        }
        catch
        {
            carrier.Dispose();
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

    private async Task AuthenticateAsync(HostName peer, string address, SslStream stream, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.HandshakeTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var verdict = await tls.AuthenticateAsDialerAsync(stream, peer, either.Token);
            if (verdict is PeerVerdict.Refused refused)
            {
                throw new ChannelException(
                    ChannelError.PeerUntrusted,
                    $"{options.Name} refused the certificate that {peer} presented at {address}: {refused.Reason}. "
                    + $"Give {peer} a certificate for its name from the CA of {options.Name}, or correct its address.");
            }
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChannelException(
                ChannelError.PeerUnreachable,
                string.Create(CultureInfo.InvariantCulture, $"{peer} at {address} did not answer in TLS within {options.HandshakeTimeout.TotalSeconds:0.###} s."), ex);
        }
        catch (Exception ex) when (ex is IOException or AuthenticationException or SocketException or ObjectDisposedException)
        {
            throw new ChannelException(
                ChannelError.PeerUnreachable, $"What answers for {peer} at {address} does not speak LivCloud's TLS, or the connection broke.", ex);
        }
    }
}
