using System.Globalization;
using LivCloud.Channel.Wire;

namespace LivCloud.Channel.Links;

/// <summary>The dialer's side of HELLO and WELCOME.</summary>
internal static class HelloExchange
{
    /// <summary>Asks the acceptor to take the link into a session.</summary>
    /// <returns>The acceptor's process.</returns>
    /// <exception cref="ChannelException">It does not, or does not answer.</exception>
    public static async Task<Guid> IntroduceAsync(Link link, HelloFrame hello, ChannelOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.HandshakeTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await FrameExchange.WriteAsync(link.Stream, hello, either.Token);
            var (header, body) = await FrameExchange.ReadAsync(link.Stream, either.Token);
            return Answer(link, options, header, body);
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChannelException(
                ChannelError.PeerUnreachable,
                string.Create(CultureInfo.InvariantCulture, $"{link.Peer} at {link.RemoteAddress} did not answer HELLO within {options.HandshakeTimeout.TotalSeconds:0.###} s."),
                ex);
        }
        catch (InvalidDataException ex)
        {
            throw new ChannelException(ChannelError.ProtocolViolation, $"{link.Peer} at {link.RemoteAddress} answered HELLO with something else.", ex);
        }
        catch (IOException ex)
        {
            throw new ChannelException(ChannelError.PeerUnreachable, $"{link.Peer} at {link.RemoteAddress} closed the connection in the handshake.", ex);
        }
    }

    private static Guid Answer(Link link, ChannelOptions options, FrameHeader header, byte[] body)
    {
        var reader = new WireReader(body);
        if (header.Type == FrameType.Welcome && WelcomeFrame.TryRead(ref reader, out var welcome, out _) && welcome.Version == WireLimits.Version)
        {
            return welcome.Instance;
        }

        reader = new WireReader(body);
        if (header.Type != FrameType.Close || !CloseFrame.TryRead(ref reader, out var close, out _))
        {
            throw new InvalidDataException($"The answer to HELLO is a {header.Type} frame.");
        }

        var error = close.Code switch
        {
            CloseCode.PeerUntrusted => ChannelError.PeerUntrusted,
            CloseCode.UnknownSession or CloseCode.PeerRestarted => ChannelError.PeerRestarted,
            CloseCode.Ended => ChannelError.Closed,
            CloseCode.HoldTimeOver => ChannelError.LinkLost,
            CloseCode.TooManyLinks => ChannelError.PeerUnreachable,
            CloseCode.VersionUnsupported or CloseCode.ProtocolViolation => ChannelError.ProtocolViolation,
        };
        throw new ChannelException(error, error == ChannelError.PeerUntrusted
            ? $"{link.Peer} at {link.RemoteAddress} refused the certificate of {options.Name}: {close.Reason}. "
                + $"Give {options.Name} a certificate for its name from the CA of {link.Peer}, and configure it there as a peer."
            : $"{link.Peer} at {link.RemoteAddress} refused the link: {close.Reason}");
    }
}
