using LivCloud.Transport.Connections;
using LivCloud.Transport.Handshakes;
using LivCloud.Transport.Packets;

namespace LivCloud.Transport;

/// <summary>Which of the connections a datagram is for, and what a listener answers.</summary>
public sealed partial class Endpoint
{
    private const int ChallengeBytes = PacketHeader.Bytes + 16;
    private static readonly TimeSpan ChallengeInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan UnknownInterval = TimeSpan.FromMilliseconds(5);
    private Instant _toldUnknownAt;

    /// <summary>Takes a datagram. What makes no sense is left out.</summary>
    /// <param name="now">When it arrived.</param>
    /// <param name="from">Who sent it.</param>
    /// <param name="datagram">The datagram.</param>
    public void HandleDatagram(Instant now, DatagramAddress from, ReadOnlySpan<byte> datagram)
    {
        if (!PacketHeader.TryRead(datagram, out var header))
        {
            return;
        }

        var body = datagram[PacketHeader.Bytes..];
        if (header is { IsControl: true, Type: ControlType.UserDefined, ExtendedType: (ushort)Extension.Unknown })
        {
            HandleUnknown(now, from, header.Second);
        }
        else if (_bySocket.TryGetValue(header.Destination, out var peer))
        {
            HandlePacket(now, peer, from, header, body);
        }
        else if (header.IsControl && header.Type == ControlType.Handshake && Handshake.TryRead(body, out var handshake))
        {
            HandleHandshake(now, from, header.Destination, handshake, body.Length);
        }
        else if (header.Destination != 0)
        {
            TellUnknown(now, from, header.Destination);
        }
    }

    private void HandleUnknown(Instant now, DatagramAddress from, uint socket)
    {
        foreach (var peer in _peers)
        {
            if (peer.Address == from && peer.Connection.RemoteSocket == socket)
            {
                peer.Connection.DoubtPeer(now);
            }
        }
    }

    // A peer whose connection has gone with an earlier process of ours would otherwise wait until it times out.
    private void TellUnknown(Instant now, DatagramAddress from, uint socket)
    {
        if (now - _toldUnknownAt < UnknownInterval)
        {
            return;
        }

        _toldUnknownAt = now;
        var room = _replies.Add(from, PacketHeader.Bytes);
        if (!room.IsEmpty)
        {
            PacketHeader.Control(ControlType.UserDefined, socket, 0, 0, (ushort)Extension.Unknown).Write(room);
        }
    }

    private void HandlePacket(Instant now, Peer peer, DatagramAddress from, in PacketHeader header, ReadOnlySpan<byte> body)
    {
        var isElsewhere = from != peer.Address;
        if (isElsewhere && !peer.Connection.IsExtended)
        {
            // UDT knows no change of the address.
            return;
        }

        if (header is { IsControl: true, Type: ControlType.UserDefined, ExtendedType: (ushort)Extension.PathChallenge or (ushort)Extension.PathResponse })
        {
            if (peer.Connection.TryReadChallenge(body, out var challenge))
            {
                HandleChallenge(now, peer, from, (Extension)header.ExtendedType, challenge);
            }

            return;
        }

        if (peer.Connection.HandlePacket(now, header, body) && isElsewhere)
        {
            ChallengePath(now, peer, from);
        }
    }

    // Packets of a peer come from another address, as they do when a NAT has forgotten it. Nothing is sent there before the peer has shown that it gets it.
    private void ChallengePath(Instant now, Peer peer, DatagramAddress candidate)
    {
        if (peer.Candidate is not null && now - peer.ChallengedAt < ChallengeInterval)
        {
            return;
        }

        var room = _replies.Add(candidate, ChallengeBytes);
        if (!room.IsEmpty)
        {
            (peer.Candidate, peer.Challenge, peer.ChallengedAt) = (candidate, _random(), now);
            peer.Connection.WriteChallenge(now, room, Extension.PathChallenge, peer.Challenge);
        }
    }

    private void HandleChallenge(Instant now, Peer peer, DatagramAddress from, Extension kind, ulong challenge)
    {
        if (kind == Extension.PathChallenge)
        {
            var room = _replies.Add(from, ChallengeBytes);
            if (!room.IsEmpty)
            {
                peer.Connection.WriteChallenge(now, room, Extension.PathResponse, challenge);
            }
        }
        else if (peer.Candidate == from && peer.Challenge == challenge)
        {
            (peer.Address, peer.Candidate) = (from, null);
        }
    }

    private void HandleHandshake(Instant now, DatagramAddress from, uint destination, in Handshake handshake, int bodyBytes)
    {
        foreach (var attempt in _attempts)
        {
            var isOurs = destination == attempt.Handshake.Offer.Socket || (destination == 0 && attempt.Handshake is RendezvousHandshake);
            if (isOurs && attempt.Peer == from)
            {
                Conclude(attempt, attempt.Handshake.Take(handshake, now), now);
                return;
            }
        }

        // libudt takes no other length either.
        if (_settings.Listens && destination == 0 && bodyBytes == Handshake.Bytes)
        {
            AnswerClient(now, from, handshake);
        }
    }

    private void Conclude(ConnectionAttempt attempt, HandshakeOutcome outcome, Instant now)
    {
        if (outcome.Agreement is { } agreement)
        {
            _attempts.Remove(attempt);
            attempt.Connection = new Connection(_settings.Connection, agreement, _random(), now);
            attempt.State = ConnectionAttemptState.Connected;
            Add(new Peer(attempt.Connection, attempt.Peer));
        }
        else if (outcome.IsRefused)
        {
            _attempts.Remove(attempt);
            attempt.State = ConnectionAttemptState.Refused;
        }
    }

    private void AnswerClient(Instant now, DatagramAddress from, in Handshake request)
    {
        if (request.Kind == HandshakeKind.Request)
        {
            Reply(from, request, request with { Cookie = _cookies.Make(from, now) });
        }
        else if (request.Kind == HandshakeKind.Conclusion && _cookies.IsValid(request.Cookie, from, now))
        {
            AcceptClient(now, from, request);
        }
    }

    private void AcceptClient(Instant now, DatagramAddress from, in Handshake request)
    {
        var client = (from, request.Socket);
        if (_peers.Find(peer => peer.Client == client) is { } known)
        {
            Reply(from, request, known.Connection.HandshakeAnswer with { Cookie = request.Cookie });
            return;
        }

        var offer = new Offer(NewSocket(), request.FirstSequence, _settings.Connection.MaxDatagramBytes, _settings.Connection.ReceivePackets);
        var isPossible = request is { Version: Handshake.Version4, SocketType: Handshake.Stream }
            && _backlog.Count < _settings.Backlog && _peers.Count < _settings.MaxConnections;
        if (!isPossible || offer.Agree(request, isRendezvous: false, roundTrip: null).Agreement is not { } agreement)
        {
            Reply(from, request, request with { Kind = HandshakeKind.Rejection });
            return;
        }

        var peer = new Peer(new Connection(_settings.Connection, agreement, _random(), now), from) { Client = client };
        Add(peer);
        _backlog.Enqueue(peer.Connection);
        Reply(from, request, peer.Connection.HandshakeAnswer with { Cookie = request.Cookie });
    }

    private void Reply(DatagramAddress to, in Handshake request, in Handshake answer)
    {
        var room = _replies.Add(to, PacketHeader.Bytes + Handshake.Bytes);
        if (!room.IsEmpty)
        {
            Write(answer, request.Socket, to, room);
        }
    }
}
