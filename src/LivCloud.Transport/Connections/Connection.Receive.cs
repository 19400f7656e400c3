using System.Buffers.Binary;
using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Connections;

/// <summary>What is done with the peer's packets.</summary>
public sealed partial class Connection
{
    private const int TokenBytes = 8;
    private int _longestArrived;

    /// <summary>Takes a packet for this connection. What makes no sense is counted and left out; nothing that arrives breaks the connection but the peer's closing.</summary>
    /// <param name="now">When it arrived.</param>
    /// <param name="header">Its header.</param>
    /// <param name="body">What follows the header.</param>
    /// <returns>Whether it made sense.</returns>
    internal bool HandlePacket(Instant now, in PacketHeader header, ReadOnlySpan<byte> body)
    {
        if (_state != ConnectionState.Open)
        {
            AnswerAfterEnd(header, now);
            return false;
        }

        var isValid = header.IsControl ? TryTakeControl(now, header, body) : TryTakeData(now, header, body);
        if (isValid)
        {
            _liveness.OnHeard(now);
        }
        else
        {
            _invalid++;
        }

        return isValid;
    }

    /// <summary>Reads a challenge, or the answer to one, that the peer sent.</summary>
    internal bool TryReadChallenge(ReadOnlySpan<byte> body, out ulong challenge)
    {
        challenge = 0;
        if (_extended is not { } extended || body.Length < 2 * TokenBytes || BinaryPrimitives.ReadUInt64BigEndian(body) != extended.Hello.Token)
        {
            return false;
        }

        challenge = BinaryPrimitives.ReadUInt64BigEndian(body[TokenBytes..]);
        return true;
    }

    /// <summary>Somebody at the peer's address says that there is no such connection: the peer is asked.</summary>
    internal void DoubtPeer(Instant now)
    {
        if (_state == ConnectionState.Open && IsExtended)
        {
            _extended!.Doubt.Begin(now);
        }
    }

    private bool TryTakeData(Instant now, in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        var index = _peerNumbers.IndexOf(header.Sequence, _arrivals.End);
        if (payload.IsEmpty || payload.Length > _payloadBytes || index < 0)
        {
            return false;
        }

        if (!_arrivals.Accept(index, payload, out var gap))
        {
            // There is no room for it: the peer sends more than it may, or again what we have not told of yet.
            return true;
        }

        // The peer fills its packets as long as the path lets it.
        var isShort = payload.Length < _longestArrived;
        _longestArrived = Math.Max(_longestArrived, payload.Length);
        _extended?.Reports.OnArrival(now, Clock(now), header.Timestamp, isShort);
        if (IsExtended)
        {
            return true;
        }

        _acknowledgements.OnArrival(now, header.Sequence, isShort);
        if (gap is { } missing)
        {
            _lossReports.OnGap(missing, now);
        }

        return true;
    }

    private bool TryTakeControl(Instant now, in PacketHeader header, ReadOnlySpan<byte> body)
    {
        switch (header.Type)
        {
            case ControlType.Acknowledgement or ControlType.LossReport when _extended is { IsReported: true }:
                return false;
            case ControlType.KeepAlive:
                return true;
            case ControlType.Handshake:
                return TryTakeHandshake(body);
            case ControlType.Acknowledgement:
                return TryTakeAcknowledgement(now, header.Second, body);
            case ControlType.AcknowledgementOfAcknowledgement:
                _acknowledgements.OnConfirmed(header.Second, now);
                return true;
            case ControlType.LossReport:
                return TryTakeLossReport(now, body);
            case ControlType.Shutdown:
                // Of our own ends only a closing with the token counts: who does not see the packets could send this one.
                if (!IsExtended)
                {
                    _state = ConnectionState.ClosedByPeer;
                }

                return true;
            case ControlType.UserDefined:
                return _extended is { } extended && TryTakeExtension(extended, now, header, body);
            case ControlType.CongestionWarning or ControlType.DropRequest or ControlType.PeerError:
                return true;
            default:
                return false;
        }
    }

    private bool TryTakeAcknowledgement(Instant now, uint number, ReadOnlySpan<byte> body)
    {
        if (!AcknowledgementPacket.TryRead(body, out var packet) || !_native.TryAcknowledge(packet, now, out var news))
        {
            return false;
        }

        if (!packet.IsLight)
        {
            _confirmation = number;
        }

        if (_extended is { } unanswered && unanswered.Hello.IsUnanswered(now))
        {
            // A peer that does not say what comes gets what was agreed on.
            _send.PayloadBytes = _payloadBytes;
        }

        if (news is { } acknowledgement)
        {
            _control.OnAcknowledgement(acknowledgement);
        }

        _send.Release(_scoreboard.Unacknowledged);
        return true;
    }

    private bool TryTakeLossReport(Instant now, ReadOnlySpan<byte> body)
    {
        if (_native.TakeLossReport(body, now) is not { } first)
        {
            return false;
        }

        _control.OnLossReport(first, _scoreboard.Next);
        return true;
    }

    private bool TryTakeExtension(ExtendedMode extended, Instant now, in PacketHeader header, ReadOnlySpan<byte> body)
    {
        if ((Extension)header.ExtendedType == Extension.Hello)
        {
            return HelloPacket.TryRead(body, out var hello) && TryTakeHello(extended, hello, header.Timestamp, now);
        }

        if (body.Length < TokenBytes || BinaryPrimitives.ReadUInt64BigEndian(body) != extended.Hello.Token)
        {
            return false;
        }

        extended.Doubt.End();
        if (!extended.IsAgreed)
        {
            // The peer knows us, and its hellos were lost.
            extended.Hello.AnswerSoon(now);
        }

        body = body[TokenBytes..];
        switch ((Extension)header.ExtendedType)
        {
            case Extension.Report:
                if (!extended.TryTakeReport(header.Second, body, Clock(now), now))
                {
                    return false;
                }

                _send.Release(_scoreboard.Unacknowledged);
                return true;
            case Extension.SizeProbe:
                _sizeToAnswer = Math.Max(_sizeToAnswer, PacketHeader.Bytes + TokenBytes + body.Length);
                return true;
            case Extension.SizeAnswer:
                if (body.Length < sizeof(int))
                {
                    return false;
                }

                if (extended.Size.OnArrived(BinaryPrimitives.ReadInt32BigEndian(body)))
                {
                    _send.PayloadBytes = extended.Size.DatagramBytes - PacketHeader.Bytes;
                }

                return true;
            case Extension.Close:
                _state = ConnectionState.ClosedByPeer;
                return true;
            default:
                return false;
        }
    }

    private bool TryTakeHello(ExtendedMode extended, in HelloPacket hello, uint timestamp, Instant now)
    {
        var wasAgreed = extended.IsAgreed;
        if (!extended.Hello.TryTake(hello, timestamp, now))
        {
            return false;
        }

        if (!wasAgreed)
        {
            _control = extended.Control;
            _send.PayloadBytes = extended.Size.DatagramBytes - PacketHeader.Bytes;
            extended.Size.Begin(now);
        }

        if (hello.ReceiverToken == extended.Hello.Token)
        {
            extended.Doubt.End();
        }

        return true;
    }

    // A connected socket of libudt repeats the end of the handshake when it is asked again, so the peer may do so too.
    private bool TryTakeHandshake(ReadOnlySpan<byte> body)
    {
        if (!Handshake.TryRead(body, out var handshake))
        {
            return false;
        }

        _answersHandshake |= handshake.Kind == HandshakeKind.Request || (_agreement.IsRendezvous && handshake.Kind != HandshakeKind.RendezvousAgreement);
        return true;
    }

    // The peer did not hear that we have closed.
    private void AnswerAfterEnd(in PacketHeader header, Instant now)
    {
        var isEnd = header is { IsControl: true, Type: ControlType.Shutdown } or { IsControl: true, Type: ControlType.UserDefined, ExtendedType: (ushort)Extension.Close };
        if (!isEnd && _state == ConnectionState.Closed && now - _closeSentAt > CloseAnswerInterval)
        {
            _closesToSend = Math.Max(_closesToSend, 1);
        }
    }
}
