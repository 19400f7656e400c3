using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LivCloud.Core;
using LivCloud.Transport.Sockets;

namespace LivCloud.Channel.Links;

/// <summary>Connects to a peer over TCP, UDT, or whichever of both suits the path.</summary>
/// <param name="options">What is wanted.</param>
/// <param name="udt">The port of UDP; null when there is none.</param>
/// <param name="clock">The clock.</param>
internal sealed class CarrierConnector(ChannelOptions options, UdtSocket? udt, TimeProvider clock)
{
    /// <summary>Connects.</summary>
    /// <param name="peer">Whom to.</param>
    /// <param name="address">Where it listens.</param>
    /// <param name="transport">Over what.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection, and why it is of that kind.</returns>
    /// <exception cref="ChannelException">The peer can not be reached.</exception>
    public async Task<(ILinkCarrier Carrier, string Reason)> ConnectAsync(
        HostName peer, string address, LinkTransport transport, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var endPoints = await ResolveAsync(peer, address, either.Token);
            return transport switch
            {
                LinkTransport.Tcp => ((ILinkCarrier)await ConnectTcpAsync(endPoints, either.Token), "TCP was asked for"),
                LinkTransport.Udt => (await ConnectUdtAsync(endPoints, either.Token), "UDT was asked for"),
                LinkTransport.Auto => await ChooseAsync(endPoints, either.Token),
            };
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChannelException(
                ChannelError.PeerUnreachable, $"No answer from {peer} at {address} within {Seconds(options.ConnectTimeout)}.", ex);
        }
        catch (UdtException ex)
        {
            throw new ChannelException(
                ChannelError.PeerUnreachable, $"{peer} can not be reached over UDT at {address}: {ex.Message} Something on the way may let no UDP through.", ex);
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

    /// <summary>Tries both at once, as RFC 8305 does with addresses; the path's round trip and whether UDP gets through decide.</summary>
    private async Task<(ILinkCarrier Carrier, string Reason)> ChooseAsync(IReadOnlyList<IPEndPoint> endPoints, CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var overUdt = TryUdtAsync(endPoints, giveUp.Token);
        TcpCarrier tcp;
        try
        {
            tcp = await ConnectTcpAsync(endPoints, cancellationToken);
        }
        catch (Exception ex) when (ex is SocketException || (ex is OperationCanceledException && overUdt.IsCompletedSuccessfully))
        {
            if (await overUdt is { } only)
            {
                return (only, "nothing answers over TCP");
            }

            throw;
        }

        var roundTrip = tcp.RoundTrip ?? Stopwatch.GetElapsedTime(since);
        if (TransportChoice.Patience(roundTrip) is not { } patience)
        {
            await giveUp.CancelAsync();
            (await overUdt)?.Dispose();
            return (tcp, TransportChoice.Short(roundTrip));
        }

        giveUp.CancelAfter(patience);
        if (await overUdt is { } udtCarrier)
        {
            tcp.Dispose();
            return (udtCarrier, TransportChoice.Long(roundTrip));
        }

        return (tcp, TransportChoice.NoUdp(patience));
    }

    private async Task<ILinkCarrier?> TryUdtAsync(IReadOnlyList<IPEndPoint> endPoints, CancellationToken cancellationToken)
    {
        if (udt is null)
        {
            return null;
        }

        try
        {
            return await ConnectUdtAsync(endPoints, cancellationToken);
        }
        catch (Exception ex) when (ex is UdtException or OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
    }

    private async Task<ILinkCarrier> ConnectUdtAsync(IReadOnlyList<IPEndPoint> endPoints, CancellationToken cancellationToken)
    {
        if (udt is null)
        {
            throw new UdtException(UdtError.NoAnswer, $"{options.Name} has no port of UDP.");
        }

        var suited = endPoints.FirstOrDefault(one => one.AddressFamily == udt.LocalEndPoint.AddressFamily || udt.LocalEndPoint.AddressFamily == AddressFamily.InterNetworkV6);
        return suited is null
            ? throw new UdtException(UdtError.NoAnswer, $"{options.Name} has no port of UDP for {endPoints[0].AddressFamily}.")
            : new UdtCarrier(await udt.ConnectAsync(suited, cancellationToken: cancellationToken));
    }

    private async Task<TcpCarrier> ConnectTcpAsync(IReadOnlyList<IPEndPoint> endPoints, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ConnectTcpAsync(endPoints[attempt], cancellationToken);
            }
            catch (SocketException) when (attempt < endPoints.Count - 1)
            {
                // The name has further addresses.
            }
        }
    }

    private async Task<TcpCarrier> ConnectTcpAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            TcpOptions.Apply(socket, options);
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new TcpCarrier(socket);
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

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###} s");
}
