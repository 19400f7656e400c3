using LivCloud.Channel.Wire;
using LivCloud.Core;
using LivCloud.Transport;

namespace LivCloud.Channel.Protocol;

/// <summary>The protocol of a session: what to send on which link, and what received frames mean. It has no socket, clock or thread.</summary>
/// <remarks>Not for several threads at once. docs/protocol.md has the rules; each part of the state is a class of its own.</remarks>
internal sealed partial class SessionCore
{
    private readonly SessionSettings _settings;
    private readonly HostName _peer;
    private readonly BlockPool _blocks = new();
    private readonly SendRecordPool _records;
    private readonly Dictionary<int, LinkCore> _links = [];
    private readonly Dictionary<uint, StreamCore> _streams = [];
    private readonly Queue<SendRecord> _control = new();
    private readonly TransmitRings _rings = new();
    private readonly TokenBucket _cap = new();
    private readonly PeerStreamIds _peerIds;
    private readonly Queue<SessionEvent> _events = new();
    private Instant? _holdUntil;
    private uint _nextStreamId;
    private int _peerStreams;

    /// <summary>Makes a session without links.</summary>
    /// <param name="settings">Times and limits.</param>
    /// <param name="peer">The other end, for messages.</param>
    /// <param name="isDialer">Whether this end began the session; its streams have odd ids.</param>
    /// <param name="now">The hold time runs from here.</param>
    public SessionCore(SessionSettings settings, HostName peer, bool isDialer, Instant now)
    {
        (_settings, _peer) = (settings, peer);
        _records = new SendRecordPool(_blocks);
        _nextStreamId = isDialer ? 1u : 2u;
        _peerIds = new PeerStreamIds(isDialer ? 2u : 1u, settings.MaxStreams);
        _holdUntil = now + settings.HoldTime;
    }

    /// <summary>Why the session is over; null while it is not.</summary>
    public SessionEnd? End { get; private set; }

    /// <summary>How many links are up.</summary>
    public int Links => _links.Count;

    /// <summary>Whether this end said that it opens and accepts no more streams.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>Whether the peer said so.</summary>
    public bool IsPeerDraining { get; private set; }

    /// <summary>Whether all streams have ended and the peer has acknowledged everything.</summary>
    public bool IsDrained => _streams.Count == 0 && _records.Records == 0;

    /// <summary>How many streams there are.</summary>
    public int Streams => _streams.Count;

    /// <summary>Bytes of frames that were sent again since their link had died.</summary>
    public long RetransmittedBytes { get; private set; }

    /// <summary>The memory that the session holds for frames and received bytes.</summary>
    public long HeldBytes => _blocks.LentBytes;

    /// <summary>The bytes that links took and the peer has not acknowledged.</summary>
    public long UnacknowledgedBytes => _records.UnacknowledgedBytes;

    /// <summary>The smoothed round trip time of the quickest link; null before the first answer.</summary>
    public TimeSpan? SmoothedRtt
    {
        get
        {
            TimeSpan? least = null;
            foreach (var link in _links.Values)
            {
                least = least is not { } known || link.Liveness.SmoothedRtt < known ? link.Liveness.SmoothedRtt ?? least : least;
            }

            return least;
        }
    }

    /// <summary>How long ago the last byte came in on any link; null without a link.</summary>
    public TimeSpan? Silence(Instant now)
    {
        TimeSpan? least = null;
        foreach (var link in _links.Values)
        {
            var silence = link.Liveness.Silence(now);
            least = least < silence ? least : silence;
        }

        return least;
    }

    /// <summary>How long a link may still take to come before the session fails; null while one is up and when it is over.</summary>
    public TimeSpan? HoldRemaining(Instant now) => _holdUntil is { } until ? until > now ? until - now : TimeSpan.Zero : null;

    /// <summary>The rate at which the links deliver together, in bytes per second.</summary>
    public long DeliveredBytesPerSecond
    {
        get
        {
            var sum = 0L;
            foreach (var link in _links.Values)
            {
                sum += link.Pace.BytesPerSecond;
            }

            return sum;
        }
    }

    /// <summary>The rate at which a link delivers, in bytes per second.</summary>
    public long BytesPerSecond(int link) => _links.TryGetValue(link, out var found) ? found.Pace.BytesPerSecond : 0;

    /// <summary>Takes the next event.</summary>
    public bool TryTakeEvent(out SessionEvent happened) => _events.TryDequeue(out happened);

    /// <summary>Caps the rate of bulk streams; null is no cap.</summary>
    public void SetCap(Instant now, long? bytesPerSecond) => _cap.SetRate(now, bytesPerSecond);

    /// <summary>Takes a link into the session.</summary>
    public void HandleLinkUp(Instant now, int link)
    {
        _links.Add(link, new LinkCore(link, _settings, now));
        _holdUntil = null;
    }

    /// <summary>Notes that a link is gone: what the peer did not acknowledge on it goes out again on another.</summary>
    public void HandleLinkDown(Instant now, int link)
    {
        if (!_links.Remove(link, out var dead))
        {
            return;
        }

        while (dead.Ledger.TryTakeAny(out var record))
        {
            SendAgain(record);
        }

        if (_links.Count == 0 && End is null)
        {
            _holdUntil = now + _settings.HoldTime;
        }
    }

    /// <summary>Notes that bytes came in, whole frames or not: the link is alive.</summary>
    public void HandleProgress(Instant now, int link)
    {
        if (_links.TryGetValue(link, out var live))
        {
            live.Liveness.NoteReceived(now);
        }
    }

    /// <summary>Does what is due. To be called at <see cref="PollTimeout"/>; an early or late call does no harm.</summary>
    public void HandleTimeout(Instant now)
    {
        if (_holdUntil is { } until && now >= until)
        {
            Finish(new SessionEnd(
                ChannelError.LinkLost,
                $"The session with {_peer} was given up: no link came back within {Duration.Format(_settings.HoldTime)}.",
                CloseCode.HoldTimeOver));
        }

        foreach (var link in _links.Values)
        {
            if (now >= link.Liveness.DeadAt && !link.IsReportedDead)
            {
                link.IsReportedDead = true;
                _events.Enqueue(new SessionEvent(SessionEventKind.LinkDead, null, link.Id));
            }
        }
    }

    /// <summary>When <see cref="HandleTimeout"/> or a poll of the links will have something to do without any frame coming in; null is never.</summary>
    /// <remarks>What the links have to send already is no reason to wake up: a link that can take it polls by itself (<see cref="HasWork"/>).</remarks>
    public Instant? PollTimeout(Instant now)
    {
        if (End is not null)
        {
            return null;
        }

        var earliest = _holdUntil;
        foreach (var link in _links.Values)
        {
            if (!link.IsReportedDead)
            {
                earliest = Instant.Earlier(earliest, link.Liveness.DeadAt);
                earliest = Instant.Earlier(earliest, link.Liveness.PingAt > now ? link.Liveness.PingAt : null);
                earliest = Instant.Earlier(earliest, link.Ledger.AckDueAt is { } due && due > now ? due : null);
            }
        }

        return _links.Count > 0 && HasBulk && !_cap.HasTokens(now) ? Instant.Earlier(earliest, _cap.ReadyAt()) : earliest;
    }

    /// <summary>Tells the peer that no more streams are opened or accepted here; those that are open go on.</summary>
    public void BeginDrain()
    {
        if (!IsDraining && End is null)
        {
            IsDraining = true;
            Span<byte> frame = stackalloc byte[WireLimits.MaxControlFrameBytes];
            SendControl(frame[..GoodbyeFrame.Write(frame)]);
        }
    }

    /// <summary>Ends the session: all streams fail, each link sends a last CLOSE.</summary>
    public void Finish(SessionEnd end)
    {
        if (End is not null)
        {
            return;
        }

        (End, _holdUntil) = (end, null);
        while (_control.TryDequeue(out var record))
        {
            _records.Return(record);
        }

        foreach (var link in _links.Values)
        {
            while (link.Ledger.TryTakeAny(out var record))
            {
                _records.Return(record);
            }
        }

        foreach (var stream in _streams.Values)
        {
            Fail(stream, new StreamFailure(end.Error, end.Message), keepReceived: stream.HasReceivedAll);
        }

        _streams.Clear();
        _events.Enqueue(new SessionEvent(SessionEventKind.Ended, null, 0));
    }

    private bool HasBulk => _rings.TryPeek(StreamPriority.Disk, out _) || _rings.TryPeek(StreamPriority.Memory, out _);

    private void SendAgain(SendRecord record)
    {
        if (End is not null || record.Stream is { Failure: not null })
        {
            _records.Return(record);
        }
        else if (record.Stream is { } stream)
        {
            stream.Send.Requeue(record);
            _rings.Add(stream);
        }
        else
        {
            _control.Enqueue(record);
        }
    }

    private void SendControl(ReadOnlySpan<byte> frame)
    {
        if (End is not null)
        {
            return;
        }

        if (_records.ControlRecords >= _settings.MaxControlRecords)
        {
            Violated("asks for more answers than it acknowledges");
            return;
        }

        var record = _records.Rent(frame.Length, null, 0);
        frame.CopyTo(record.Block);
        record.FrameBytes = frame.Length;
        _control.Enqueue(record);
    }

    private void Fail(StreamCore stream, StreamFailure failure, bool keepReceived)
    {
        if (stream.Phase == StreamPhase.Ended)
        {
            return;
        }

        (stream.Phase, stream.Failure) = (StreamPhase.Ended, failure);
        stream.Send.Clear();
        if (!keepReceived)
        {
            stream.IsCut = !stream.HasReadAll;
            stream.Receive.Clear();
        }

        _events.Enqueue(new SessionEvent(SessionEventKind.StreamFailed, stream, 0));
    }

    private void Violated(string how) => Finish(new SessionEnd(
        ChannelError.ProtocolViolation, $"The session with {_peer} was ended: the peer {how}.", CloseCode.ProtocolViolation));
}
