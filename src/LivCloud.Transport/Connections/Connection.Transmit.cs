using System.Buffers.Binary;
using System.Net;
using LivCloud.Transport.Handshakes;
using LivCloud.Transport.Packets;
using LivCloud.Transport.Sending;

namespace LivCloud.Transport.Connections;

/// <summary>What is sent, and when.</summary>
public sealed partial class Connection
{
    private const int MaxCloses = 3;
    private const int PadBytes = 4;
    private static readonly TimeSpan LongestDeafness = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan CloseInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan CloseAnswerInterval = TimeSpan.FromMilliseconds(100);
    private bool _isClosing, _keepsAlive, _answersHandshake, _ranDry;
    private int _closesToSend;
    private Instant _closeSentAt, _dataSentAt;
    private uint? _confirmation;
    private int _sizeToAnswer;

    /// <summary>Writes the next datagrams to be sent: several data packets of equal length, of which the last may be shorter, or one control packet.</summary>
    /// <param name="now">Now.</param>
    /// <param name="destination">Where to: at least as long as the longest datagram.</param>
    /// <param name="datagramBytes">The length of each datagram but the last.</param>
    /// <returns>How many bytes in all; 0 when nothing is to be sent now.</returns>
    public int PollTransmit(Instant now, Span<byte> destination, out int datagramBytes)
    {
        EndIfFlushed(now);
        datagramBytes = PollControl(now, destination[.._agreement.MaxDatagramBytes]);
        return datagramBytes > 0 ? datagramBytes : _state == ConnectionState.Open ? PollData(now, destination, out datagramBytes) : 0;
    }

    /// <summary>Writes a challenge, or the answer to one, to the peer's token.</summary>
    internal void WriteChallenge(Instant now, Span<byte> datagram, Extension kind, ulong challenge)
    {
        var body = datagram[PacketHeader.Bytes..];
        BinaryPrimitives.WriteUInt64BigEndian(body, _extended!.Hello.PeerToken);
        BinaryPrimitives.WriteUInt64BigEndian(body[TokenBytes..], challenge);
        WriteControl(now, datagram, ControlType.UserDefined, 0, 2 * TokenBytes, kind);
    }

    /// <summary>When something is to be done although nothing arrives; null when nothing is.</summary>
    public Instant? PollTimeout(Instant now)
    {
        if (_state != ConnectionState.Open)
        {
            return _closesToSend > 0 ? _closeSentAt + CloseInterval : null;
        }

        if (_keepsAlive || _answersHandshake || _sizeToAnswer > 0 || (_confirmation is not null && !IsExtended) || (_isClosing && IsFlushed))
        {
            return now;
        }

        var due = Instant.Earlier(_liveness.DueAt, IsExtended ? null : Instant.Earlier(_acknowledgements.DueAt(), _lossReports.DueAt(now)));
        due = Instant.Earlier(due, Instant.Earlier(_extended?.Hello.DueAt, Instant.Earlier(_extended?.Doubt.DueAt, _extended?.Size.DueAt)));
        due = Instant.Earlier(due, IsExtended ? _extended!.Probe.DueAt(_scoreboard.InFlight > 0) : _native.DueAt);
        due = Instant.Earlier(due, IsExtended ? _extended!.Reports.DueAt() : null);
        return Instant.Earlier(due, CanSendData ? _pacer.NextAt(now, _control.PacketsPerSecond) : null);
    }

    /// <summary>Whether it is closed and nothing more is to be sent for it.</summary>
    internal bool IsQuiet => _state != ConnectionState.Open && _closesToSend == 0;

    /// <summary>Does what is due. Then there may be something to send.</summary>
    public void HandleTimeout(Instant now)
    {
        if (_state != ConnectionState.Open)
        {
            return;
        }

        if (now >= _liveness.DueAt)
        {
            OnExpired(now);
        }

        if (_extended is { } asking)
        {
            AskIfDoubted(asking, now);
        }

        if (!IsExtended)
        {
            _native.OnTimeout(now);
        }
        else if (_extended!.Probe.DueAt(_scoreboard.InFlight > 0) is { } probeAt && now >= probeAt)
        {
            if (_extended.Probe.OnExpired(now))
            {
                _scoreboard.MarkAllLost();
            }

            if (_extended.Probe.OutFor(now) > LongestDeafness && _liveness.IsHeard(now))
            {
                // The peer is there and gets none of it: the path has become narrower than our datagrams, or one-way. A new connection finds out.
                _state = ConnectionState.TimedOut;
            }

            _probes = true;
        }
    }

    private bool _probes;

    private void AskIfDoubted(ExtendedMode extended, Instant now)
    {
        if (extended.Doubt.IsOver(now))
        {
            _state = ConnectionState.TimedOut;
        }
        else if (extended.Doubt.TakeQuestion(now))
        {
            extended.Hello.Ask(now);
        }
    }

    private void OnExpired(Instant now)
    {
        if (_liveness.OnExpired(now))
        {
            _state = ConnectionState.TimedOut;
            return;
        }

        if (!IsExtended && _scoreboard.Next > _scoreboard.Unacknowledged)
        {
            if (_scoreboard.Lost == 0)
            {
                _scoreboard.MarkAllLost();
            }

            _control.OnTimeout();
        }

        // An idle connection holds no memory for what it once had in flight.
        _send.Trim();
        _arrivals.Trim();
        _keepsAlive = true;
    }

    private void EndIfFlushed(Instant now)
    {
        if (_isClosing && _state == ConnectionState.Open && IsFlushed)
        {
            _state = ConnectionState.Closed;
            _closesToSend = MaxCloses;
            _closeSentAt = now - CloseInterval;
        }
    }

    private int PollControl(Instant now, Span<byte> datagram)
    {
        if (_closesToSend > 0 && _state == ConnectionState.Closed)
        {
            return PollClose(now, datagram);
        }

        if (_state != ConnectionState.Open)
        {
            return 0;
        }

        var body = datagram[PacketHeader.Bytes..];
        if (_answersHandshake)
        {
            _answersHandshake = false;
            HandshakeAnswer.Write(body, IPAddress.Any);
            return WriteControl(now, datagram, ControlType.Handshake, 0, Handshake.Bytes);
        }

        if (_extended?.Hello.Poll(now) is { } hello)
        {
            hello.Write(body);
            return WriteControl(now, datagram, ControlType.UserDefined, HelloPacket.Version, HelloPacket.Bytes, Extension.Hello);
        }

        if (_keepsAlive)
        {
            _keepsAlive = false;
            return Pad(now, datagram, ControlType.KeepAlive, 0);
        }

        if (IsExtended && PollSize(now, datagram) is > 0 and var bytes)
        {
            return bytes;
        }

        return IsExtended ? PollReport(now, datagram) : PollAcknowledgement(now, datagram);
    }

    // An answer to a packet of a length that the peer tries, or one that we try.
    private int PollSize(Instant now, Span<byte> datagram)
    {
        var body = datagram[PacketHeader.Bytes..];
        if (_sizeToAnswer > 0)
        {
            BinaryPrimitives.WriteUInt64BigEndian(body, _extended!.Hello.PeerToken);
            BinaryPrimitives.WriteInt32BigEndian(body[TokenBytes..], _sizeToAnswer);
            _sizeToAnswer = 0;
            return WriteControl(now, datagram, ControlType.UserDefined, 0, TokenBytes + sizeof(int), Extension.SizeAnswer);
        }

        var size = _extended!.Size.Poll(now);
        if (size == 0)
        {
            return 0;
        }

        body[..(size - PacketHeader.Bytes)].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(body, _extended.Hello.PeerToken);
        return WriteControl(now, datagram, ControlType.UserDefined, 0, size - PacketHeader.Bytes, Extension.SizeProbe);
    }

    private int PollReport(Instant now, Span<byte> datagram)
    {
        var body = datagram[PacketHeader.Bytes..];
        BinaryPrimitives.WriteUInt64BigEndian(body, _extended!.Hello.PeerToken);
        var bytes = _extended.Reports.Poll(now, body[TokenBytes..], out var number);
        return bytes == 0 ? 0 : WriteControl(now, datagram, ControlType.UserDefined, number, TokenBytes + bytes, Extension.Report);
    }

    private int PollAcknowledgement(Instant now, Span<byte> datagram)
    {
        if (_confirmation is { } confirmed)
        {
            _confirmation = null;
            return Pad(now, datagram, ControlType.AcknowledgementOfAcknowledgement, confirmed);
        }

        var body = datagram[PacketHeader.Bytes..];
        var bytes = _lossReports.Poll(now, body);
        if (bytes > 0)
        {
            return WriteControl(now, datagram, ControlType.LossReport, 0, bytes);
        }

        bytes = _acknowledgements.Poll(now, body, out var number);
        return bytes == 0 ? 0 : WriteControl(now, datagram, ControlType.Acknowledgement, number, bytes);
    }

    private int PollClose(Instant now, Span<byte> datagram)
    {
        if (now < _closeSentAt + CloseInterval)
        {
            return 0;
        }

        _closesToSend--;
        _closeSentAt = now;
        if (!IsExtended)
        {
            return Pad(now, datagram, ControlType.Shutdown, 0);
        }

        BinaryPrimitives.WriteUInt64BigEndian(datagram[PacketHeader.Bytes..], _extended!.Hello.PeerToken);
        return WriteControl(now, datagram, ControlType.UserDefined, 0, TokenBytes, Extension.Close);
    }

    private bool CanSendData =>
        IsExtended
            ? !_extended!.Probe.IsOutage && _scoreboard.InFlight < _control.Window && (_scoreboard.Lost > 0 || CanSendNew)
            : _scoreboard.Lost > 0 || CanSendNew;

    private bool CanSendNew => Waiting > 0 && _scoreboard.HasRoom && _scoreboard.Next < (IsExtended ? _extended!.Limit : _native.Limit(_control.Window));

    private int PollData(Instant now, Span<byte> destination, out int datagramBytes)
    {
        datagramBytes = 0;
        if (_probes)
        {
            _probes = false;
            if (_scoreboard.Unacknowledged < _scoreboard.Next)
            {
                _scoreboard.SendAgain(_scoreboard.Unacknowledged, now);
                _pacer.Spend(1);
                return datagramBytes = WriteData(now, _scoreboard.Unacknowledged, true, destination);
            }
        }

        NoteLimited(now);
        var credit = _pacer.Credit(now, _control.PacketsPerSecond);
        var written = 0;
        while (CanSendData && (credit > 0 || EndsAtPair))
        {
            var room = destination[written..];
            if (room.Length < _agreement.MaxDatagramBytes)
            {
                break;
            }

            var isAgain = _scoreboard.TryPeekLost(out var index);
            if (!isAgain)
            {
                if (!CanSendNew)
                {
                    break;
                }

                index = _scoreboard.Next;
            }

            // In a train all are of the same length but the last, which may be shorter.
            if (written > 0 && PacketHeader.Bytes + _send.LengthOf(index) > datagramBytes)
            {
                break;
            }

            if (isAgain)
            {
                _scoreboard.TrySendLost(now, out _);
            }
            else
            {
                _extended?.Probe.OnSent(now, wasIdle: _scoreboard.InFlight == 0);
                _scoreboard.SendNew(now);
            }

            var bytes = WriteData(now, index, isAgain, room);
            written += bytes;
            credit--;
            _pacer.Spend(1);
            datagramBytes = datagramBytes == 0 ? bytes : datagramBytes;
            if (bytes < datagramBytes)
            {
                break;
            }
        }

        _dataSentAt = written > 0 ? now : _dataSentAt;
        _ranDry = _scoreboard.Lost == 0 && !CanSendNew && (!IsExtended || _scoreboard.InFlight < _control.Window);
        return written;
    }

    // A pair by which the receiver measures the path is sent back to back.
    private bool EndsAtPair => !IsExtended && _scoreboard.Next > 0 && _numbers.NumberOf(_scoreboard.Next - 1).Value % 16 == 0 && CanSendNew && _scoreboard.Lost == 0;

    // Not when all that waited has just left: who writes has not had time to go on. What is in flight now, after the pause, is the last that it touches.
    private void NoteLimited(Instant now)
    {
        if (_ranDry && now - _dataSentAt >= Pacer.Tick * 2)
        {
            _control.OnLimited(_scoreboard.InFlight);
            _pacer.RanDry(now);
        }
    }

    private int WriteData(Instant now, long index, bool isAgain, Span<byte> datagram)
    {
        _sent++;
        _sentAgain += isAgain ? 1 : 0;
        var payload = _send.Payload(index);
        PacketHeader.Data(_numbers.NumberOf(index), unchecked((uint)index + 1), Clock(now), _agreement.RemoteSocket).Write(datagram);
        payload.CopyTo(datagram[PacketHeader.Bytes..]);
        return PacketHeader.Bytes + payload.Length;
    }

    private int Pad(Instant now, Span<byte> datagram, ControlType type, uint information)
    {
        datagram.Slice(PacketHeader.Bytes, PadBytes).Clear();
        return WriteControl(now, datagram, type, information, PadBytes);
    }

    private int WriteControl(Instant now, Span<byte> datagram, ControlType type, uint information, int bodyBytes, Extension extension = 0)
    {
        PacketHeader.Control(type, information, Clock(now), _agreement.RemoteSocket, (ushort)extension).Write(datagram);
        return PacketHeader.Bytes + bodyBytes;
    }

    /// <summary>What the peer is told when it asks for the connection once more.</summary>
    internal Handshake HandshakeAnswer =>
        new Offer(_agreement.LocalSocket, _agreement.FirstSequence, _agreement.MaxDatagramBytes, _settings.ReceivePackets)
            .ToHandshake(_agreement.IsRendezvous ? HandshakeKind.RendezvousAgreement : HandshakeKind.Conclusion, cookie: 0);
}
