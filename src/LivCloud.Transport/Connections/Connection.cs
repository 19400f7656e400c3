using LivCloud.Transport.Buffers;
using LivCloud.Transport.Congestion;
using LivCloud.Transport.Handshakes;
using LivCloud.Transport.Measuring;
using LivCloud.Transport.Packets;
using LivCloud.Transport.Receiving;
using LivCloud.Transport.Sending;

namespace LivCloud.Transport.Connections;

/// <summary>One end of a UDT connection that is set up: a stream of bytes in each direction. It has no socket, clock or thread; who drives it brings all three.</summary>
/// <remarks>
/// To a libudt it speaks UDT4 (draft-gg-udt-03 as libudt 4.11 has it). Two of our own find each other by <see cref="Extension.Hello"/>; from then on
/// <see cref="Extension.Report"/> takes the place of acknowledgements and loss reports.
/// </remarks>
public sealed partial class Connection
{
    private static readonly TimeSpan WaitingTime = TimeSpan.FromMilliseconds(3);
    private readonly ConnectionSettings _settings;
    private readonly Agreement _agreement;
    private readonly SequenceSpace _numbers, _peerNumbers;
    private readonly Instant _begunAt;
    private readonly Random _random;
    private readonly int _payloadBytes;

    private readonly SendBuffer _send;
    private readonly Scoreboard _scoreboard;
    private readonly Pacer _pacer = new();
    private readonly RoundTrip _roundTrip = new();
    private readonly Liveness _liveness;
    private readonly Arrivals _arrivals;
    private readonly AcknowledgementSchedule _acknowledgements;
    private readonly LossReportSchedule _lossReports;
    private readonly NativeSender _native;
    private readonly ExtendedMode? _extended;

    private ICongestionControl _control;
    private ConnectionState _state = ConnectionState.Open;
    private long _invalid, _sent, _sentAgain;
    private bool _isBackground;
    private int _maxWaiting;

    internal Connection(ConnectionSettings settings, Agreement agreement, ulong seed, Instant now)
    {
        (_settings, _agreement, _begunAt) = (settings, agreement, now);
        (_numbers, _peerNumbers) = (new SequenceSpace(agreement.FirstSequence), new SequenceSpace(agreement.PeerFirstSequence));
        _random = new Random(unchecked((int)(seed ^ (seed >> 32))));
        _maxWaiting = settings.WaitingPackets;
        _payloadBytes = agreement.MaxDatagramBytes - PacketHeader.Bytes;
        _send = new SendBuffer(_payloadBytes, settings.SendPackets);
        _scoreboard = new Scoreboard(settings.SendPackets);
        _arrivals = new Arrivals(_payloadBytes, settings.ReceivePackets);
        if (agreement.RoundTrip is { } measured)
        {
            _roundTrip.Add(measured, now);
        }

        _liveness = new Liveness(settings.PeerTimeout, now);
        _acknowledgements = new AcknowledgementSchedule(_arrivals, _peerNumbers, _roundTrip);
        _lossReports = new LossReportSchedule(_arrivals, _peerNumbers, _roundTrip);
        _control = new NativeControl(agreement.MaxDatagramBytes + Offer.HeaderBytes, agreement.FlowWindow, _random);
        _native = new NativeSender(_scoreboard, _numbers, _roundTrip, agreement.FlowWindow);
        _extended = settings.Law == ControlLaw.Native
            ? null
            : new ExtendedMode(settings, agreement, new(_scoreboard, _numbers, _arrivals, _peerNumbers, _roundTrip, _random), seed | 1, now);
        if (_extended is not null)
        {
            // Until the path is known, or the peer is known not to help to find out.
            _send.PayloadBytes = _extended.Size.DatagramBytes - PacketHeader.Bytes;
        }
    }

    /// <summary>Whether it is open, and why not.</summary>
    public ConnectionState State => _state;

    /// <summary>Whether bytes can be read, or the end.</summary>
    public bool CanRead => _arrivals.CanRead || _state != ConnectionState.Open;

    /// <summary>Whether bytes can be written.</summary>
    public bool CanWrite => _state == ConnectionState.Open && !_isClosing && Waiting < MaxWaiting && HasSendRoom;

    /// <summary>Whether all that was written is known to have arrived.</summary>
    public bool IsFlushed => _scoreboard.Unacknowledged == _send.End;

    /// <summary>Whether it yields to others on the same path rather than share with them. To be changed at any time.</summary>
    public bool IsBackground
    {
        get => _isBackground;
        set
        {
            _isBackground = value;
            if (_extended is { } extended)
            {
                extended.Control.IsBackground = value;
            }
        }
    }

    /// <summary>How many bytes may wait to be sent for the first time; never less than leaves in 3 ms. What waits longer is only late.</summary>
    public int MaxWaitingBytes
    {
        get => _maxWaiting * _payloadBytes;
        set => _maxWaiting = Math.Clamp(value / _payloadBytes, 1, _settings.SendPackets);
    }

    /// <summary>How many packets may have arrived and not been read; it can be raised, to trust a peer that has shown who it is.</summary>
    public int ReceivePackets
    {
        get => _arrivals.Capacity;
        set => _arrivals.Capacity = value;
    }

    /// <summary>Whether it still looks for the rate of the path, for which it should never be short of bytes to send.</summary>
    public bool IsStartingUp => _control is QueueBoundControl { IsStartingUp: true };

    /// <summary>What it has done so far.</summary>
    public ConnectionStatistics Statistics => new()
    {
        SentPackets = _sent,
        RetransmittedPackets = _sentAgain,
        LostPackets = _scoreboard.LostTotal,
        SpuriousPackets = _scoreboard.SpuriousTotal,
        ReceivedPackets = _arrivals.Count,
        DuplicatePackets = _arrivals.Duplicates,
        InvalidPackets = _invalid,
        RoundTrip = _roundTrip.Smoothed,
        MinimumRoundTrip = _roundTrip.Minimum,
        PacketsPerSecond = _control.PacketsPerSecond,
        InFlight = _scoreboard.InFlight,
        IsExtended = IsExtended,
    };

    /// <summary>Our socket's number.</summary>
    internal uint LocalSocket => _agreement.LocalSocket;

    /// <summary>The peer's socket's number.</summary>
    internal uint RemoteSocket => _agreement.RemoteSocket;

    /// <summary>Whether the peer is known to be one of our own.</summary>
    internal bool IsExtended => _extended is { IsAgreed: true };

    /// <summary>The number of the next packet that is sent for the first time.</summary>
    internal SequenceNumber NextSequence => _numbers.NumberOf(_scoreboard.Next);

    /// <summary>The law that runs.</summary>
    internal ICongestionControl Control => _control;

    private long Waiting => _send.End - _scoreboard.Next;

    // Trains leave each millisecond, and who writes is told of the room once in each: with less than a few of them waiting, the pace is not kept.
    private int MaxWaiting => Math.Min(Math.Max(_maxWaiting, (int)(_control.PacketsPerSecond * WaitingTime.TotalSeconds)), _settings.SendPackets);

    private bool HasSendRoom => _send.End - _send.Begin < _settings.SendPackets;


    /// <summary>Reads what has arrived.</summary>
    /// <returns>How many bytes; 0 when there are none now, or no more ever when it is not open.</returns>
    public int Read(Span<byte> destination, Instant now)
    {
        var read = _arrivals.Read(destination);
        if (read > 0 && !IsExtended)
        {
            _acknowledgements.OnRoom(now);
        }

        return read;
    }

    /// <summary>Takes bytes to send.</summary>
    /// <returns>How many were taken; 0 when there is no room now.</returns>
    public int Write(ReadOnlySpan<byte> data) =>
        _state != ConnectionState.Open || _isClosing ? 0 : _send.Append(data, _scoreboard.Next, MaxWaiting);

    /// <summary>Closes it as soon as all that was written has arrived.</summary>
    public void Close() => _isClosing = true;

    /// <summary>Closes it at once: what was written may be lost.</summary>
    public void Abort()
    {
        _isClosing = true;
        if (_state == ConnectionState.Open)
        {
            _state = ConnectionState.Closed;
            _closesToSend = MaxCloses;
        }
    }

    private uint Clock(Instant now) => unchecked((uint)((now - _begunAt).Ticks / TimeSpan.TicksPerMicrosecond));
}

/// <summary>Whether a connection is open, and why not.</summary>
public enum ConnectionState
{
    /// <summary>Both ends send and receive.</summary>
    Open,

    /// <summary>We have closed it.</summary>
    Closed,

    /// <summary>The peer has closed it; what had arrived can still be read.</summary>
    ClosedByPeer,

    /// <summary>Nothing was heard of the peer for too long.</summary>
    TimedOut,
}
