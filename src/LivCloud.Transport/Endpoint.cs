using LivCloud.Transport.Connections;
using LivCloud.Transport.Handshakes;
using LivCloud.Transport.Packets;

namespace LivCloud.Transport;

/// <summary>All connections of one port: those that are set up, those that we want, and a listener. It has no socket, clock or thread.</summary>
public sealed partial class Endpoint
{
    private const uint MaxSocket = 0x3FFF_FFFF;
    private const int SecretBytes = 32;
    private static readonly TimeSpan Lingering = TimeSpan.FromSeconds(3);
    private readonly EndpointSettings _settings;
    private readonly Func<ulong> _random;
    private readonly CookieJar _cookies;
    private readonly List<ConnectionAttempt> _attempts = [];
    private readonly List<Peer> _peers = [];
    private readonly Dictionary<uint, Peer> _bySocket = [];
    private readonly Queue<Connection> _backlog = new();
    private readonly ReplyQueue _replies = new();
    private int _turn;

    /// <summary>Makes an endpoint.</summary>
    /// <param name="settings">How it is set up.</param>
    /// <param name="random">Random numbers that no one can guess.</param>
    /// <param name="now">Now.</param>
    public Endpoint(EndpointSettings settings, Func<ulong> random, Instant now)
    {
        (_settings, _random) = (settings, random);
        var secret = new byte[SecretBytes];
        for (var i = 0; i < secret.Length; i += sizeof(ulong))
        {
            BitConverter.TryWriteBytes(secret.AsSpan(i), random());
        }

        _cookies = new CookieJar(secret, now);
    }

    /// <summary>The connections that are set up, and those that were closed a moment ago.</summary>
    public IEnumerable<Connection> Connections => _peers.Select(peer => peer.Connection);

    /// <summary>Whether a connection waits to be accepted.</summary>
    public bool HasBacklog => _backlog.Count > 0;

    /// <summary>Whether all connections are closed and nothing more is to be sent for them.</summary>
    public bool IsQuiet => _attempts.Count == 0 && _peers.TrueForAll(peer => peer.Connection.IsQuiet);

    /// <summary>How many connections there are.</summary>
    public int Count => _peers.Count;

    /// <summary>Begins to connect.</summary>
    /// <param name="peer">Whom to.</param>
    /// <param name="rendezvous">Whether the peer does the same towards us, rather than listen.</param>
    /// <param name="now">Now.</param>
    public ConnectionAttempt Connect(DatagramAddress peer, bool rendezvous, Instant now)
    {
        var offer = new Offer(
            NewSocket(), new SequenceNumber((uint)_random() & SequenceNumber.Max), _settings.Connection.MaxDatagramBytes, _settings.Connection.ReceivePackets);
        IHandshake handshake = rendezvous ? new RendezvousHandshake(offer, now) : new ClientHandshake(offer, now);
        var attempt = new ConnectionAttempt(peer, handshake, now + _settings.ConnectTimeout);
        _attempts.Add(attempt);
        return attempt;
    }

    /// <summary>Gives up an attempt.</summary>
    public void Cancel(ConnectionAttempt attempt) => _attempts.Remove(attempt);

    /// <summary>Takes a connection that a peer has set up.</summary>
    /// <returns>null when there is none.</returns>
    public Connection? Accept() => _backlog.TryDequeue(out var connection) ? connection : null;

    /// <summary>Where a connection's peer is; null when the connection has been gone for a while.</summary>
    public DatagramAddress? AddressOf(Connection connection) => _bySocket.TryGetValue(connection.LocalSocket, out var peer) ? peer.Address : null;

    /// <summary>Writes what is to be sent next.</summary>
    /// <param name="now">Now.</param>
    /// <param name="destination">Where to: at least as long as the longest datagram; longer for several at once.</param>
    /// <param name="address">Whom it is sent to.</param>
    /// <param name="datagramBytes">The length of each datagram but the last.</param>
    /// <returns>How many bytes in all; 0 when nothing is to be sent now.</returns>
    public int PollTransmit(Instant now, Span<byte> destination, out DatagramAddress address, out int datagramBytes)
    {
        datagramBytes = _replies.Poll(destination, out address);
        if (datagramBytes > 0)
        {
            return datagramBytes;
        }

        foreach (var attempt in _attempts)
        {
            if (attempt.Handshake.Poll(now, out var socket) is { } handshake)
            {
                address = attempt.Peer;
                return datagramBytes = Write(handshake, socket, address, destination);
            }
        }

        for (var i = 0; i < _peers.Count; i++)
        {
            _turn = _turn + 1 < _peers.Count ? _turn + 1 : 0;
            var bytes = _peers[_turn].Connection.PollTransmit(now, destination, out datagramBytes);
            if (bytes > 0)
            {
                address = _peers[_turn].Address;
                return bytes;
            }
        }

        return 0;
    }

    /// <summary>When something is to be done although nothing arrives; null when nothing is.</summary>
    public Instant? PollTimeout(Instant now)
    {
        Instant? due = _replies.IsEmpty ? null : now;
        foreach (var attempt in _attempts)
        {
            due = Instant.Earlier(due, Instant.Earlier(attempt.Handshake.DueAt, attempt.EndsAt));
        }

        foreach (var peer in _peers)
        {
            due = Instant.Earlier(due, Instant.Earlier(peer.Connection.PollTimeout(now), peer.GoneAt));
        }

        return due;
    }

    /// <summary>Does what is due. Then there may be something to send.</summary>
    public void HandleTimeout(Instant now)
    {
        for (var i = _attempts.Count - 1; i >= 0; i--)
        {
            if (now >= _attempts[i].EndsAt)
            {
                _attempts[i].State = ConnectionAttemptState.TimedOut;
                _attempts.RemoveAt(i);
            }
        }

        for (var i = _peers.Count - 1; i >= 0; i--)
        {
            var peer = _peers[i];
            peer.Connection.HandleTimeout(now);
            peer.GoneAt ??= peer.Connection.State == ConnectionState.Open ? null : now + Lingering;
            if (now >= peer.GoneAt)
            {
                _bySocket.Remove(peer.Connection.LocalSocket);
                _peers.RemoveAt(i);
            }
        }
    }

    private uint NewSocket()
    {
        while (true)
        {
            var socket = (uint)_random() & MaxSocket;
            if (socket != 0 && !_bySocket.ContainsKey(socket) && !_attempts.Exists(attempt => attempt.Handshake.Offer.Socket == socket))
            {
                return socket;
            }
        }
    }

    private void Add(Peer peer)
    {
        _peers.Add(peer);
        _bySocket.Add(peer.Connection.LocalSocket, peer);
    }

    private static int Write(in Handshake handshake, uint socket, DatagramAddress to, Span<byte> destination)
    {
        PacketHeader.Control(ControlType.Handshake, 0, 0, socket).Write(destination);
        handshake.Write(destination[PacketHeader.Bytes..], to.ToEndPoint().Address);
        return PacketHeader.Bytes + Handshake.Bytes;
    }

    private sealed class Peer(Connection connection, DatagramAddress address)
    {
        public Connection Connection { get; } = connection;

        /// <summary>Where it is.</summary>
        public DatagramAddress Address { get; set; } = address;

        /// <summary>Where it seems to be now, and has not proved it.</summary>
        public DatagramAddress? Candidate { get; set; }

        public ulong Challenge { get; set; }

        public Instant ChallengedAt { get; set; }

        /// <summary>The client's socket and its address when it connected, of a connection that was accepted.</summary>
        public (DatagramAddress Address, uint Socket)? Client { get; init; }

        public Instant? GoneAt { get; set; }
    }
}
