namespace LivCloud.Channel.Wire;

/// <summary>Why a link is closed, for programs.</summary>
internal enum CloseCode : ushort
{
    /// <summary>The session was ended by one end; nothing is wrong.</summary>
    Ended = 1,

    /// <summary>The other end broke the protocol.</summary>
    ProtocolViolation = 2,

    /// <summary>The HELLO wants to join a session that is not there: this end was started again, or gave the session up.</summary>
    UnknownSession = 3,

    /// <summary>No version in common.</summary>
    VersionUnsupported = 4,

    /// <summary>The session has as many links as it may have.</summary>
    TooManyLinks = 5,

    /// <summary>The session was given up since no link came back in time.</summary>
    HoldTimeOver = 6,

    /// <summary>The peer was started again, so that this session is of no use.</summary>
    PeerRestarted = 7,

    /// <summary>The dialer's certificate is refused. It is all that the acceptor says to an end that it does not trust.</summary>
    PeerUntrusted = 8,
}

/// <summary>The last frame on a link. What its sender receives after it is ignored.</summary>
/// <param name="Code">Why, for programs.</param>
/// <param name="Reason">Why, for people.</param>
internal readonly record struct CloseFrame(CloseCode Code, string Reason)
{
    public static bool TryRead(ref WireReader reader, out CloseFrame frame, out WireError error)
    {
        frame = default;
        error = WireError.Truncated;
        if (!reader.TryReadUInt16(out var code))
        {
            return false;
        }

        if ((CloseCode)code is < CloseCode.Ended or > CloseCode.PeerUntrusted)
        {
            error = code == 0 ? WireError.Zero : WireError.UnknownValue;
            return false;
        }

        if (!reader.TryReadText(out var reason, out error))
        {
            return false;
        }

        frame = new CloseFrame((CloseCode)code, reason);
        return reader.TryEnd(out error);
    }

    public int Write(Span<byte> destination)
    {
        var writer = new WireWriter(destination, FrameType.Close);
        writer.WriteUInt16((ushort)Code);
        writer.WriteText(Reason);
        return writer.Finish();
    }
}
