using LivCloud.Channel.Wire;
using LivCloud.Transport;

namespace LivCloud.Channel.Protocol;

/// <summary>What received frames mean.</summary>
internal sealed partial class SessionCore
{
    /// <summary>Takes in one frame. A frame that breaks the protocol ends the session, with the reason in <see cref="End"/>.</summary>
    public void HandleFrame(Instant now, int link, FrameHeader header, ReadOnlySpan<byte> body)
    {
        if (End is not null || !_links.TryGetValue(link, out var from))
        {
            return;
        }

        var reader = new WireReader(body);
        if (!TryHandle(now, from, header, ref reader, out var error))
        {
            Violated($"sent a {header.Type} frame that {error.Describe()}");
            return;
        }

        if (header.Type.IsAcknowledged())
        {
            from.Ledger.NoteReceived(now, header.FrameBytes);
        }
    }

    /// <summary>Ends the session since what came in on a link is no frame.</summary>
    public void HandleGarbage(WireError error) => Violated($"sent a frame that {error.Describe()}");

    private bool TryHandle(Instant now, LinkCore from, FrameHeader header, ref WireReader reader, out WireError error)
    {
        switch (header.Type)
        {
            case FrameType.Data:
                return DataFrame.TryRead(ref reader, out var data, out error) && Handle(data, header.FrameBytes);
            case FrameType.LinkAck:
                return LinkAckFrame.TryRead(ref reader, out var ack, out error) && Handle(now, from, ack);
            case FrameType.Credit:
                return CreditFrame.TryRead(ref reader, out var credit, out error) && Handle(credit);
            case FrameType.Open:
                return OpenFrame.TryRead(ref reader, out var open, out error) && Handle(open);
            case FrameType.Opened:
                return OpenedFrame.TryRead(ref reader, out var opened, out error) && Handle(opened);
            case FrameType.Refused:
                return RefusedFrame.TryRead(ref reader, out var refused, out error) && Handle(refused);
            case FrameType.Fin:
                return FinFrame.TryRead(ref reader, out var fin, out error) && Handle(fin);
            case FrameType.Reset:
                return ResetFrame.TryRead(ref reader, out var reset, out error) && Handle(reset);
            case FrameType.Ping:
                var isPing = PingFrame.TryRead(ref reader, out var ping, out error);
                from.Liveness.NotePing(ping.Number);
                return isPing;
            case FrameType.Pong:
                var isPong = PongFrame.TryRead(ref reader, out var pong, out error);
                from.Liveness.NotePong(now, pong.Number);
                return isPong;
            case FrameType.Goodbye:
                IsPeerDraining = true;
                return GoodbyeFrame.TryRead(ref reader, out _, out error);
            case FrameType.Close:
                return CloseFrame.TryRead(ref reader, out var close, out error) && Handle(from, close);
            case FrameType.Hello:
            case FrameType.Welcome:
                error = WireError.None;
                Violated($"sent a {header.Type} frame after the handshake");
                return true;
            default:
                error = WireError.UnknownFrameType;
                return false;
        }
    }

    private bool Handle(DataFrame data, int frameBytes)
    {
        if (!TryFind(data.Stream, FrameType.Data, out var stream))
        {
            return true;
        }

        if (stream.Phase == StreamPhase.Opening && !stream.OpenedByUs)
        {
            Violated("sent data on a stream that was not accepted yet");
        }
        else if (!stream.Allows(data.Offset + data.Bytes.Length))
        {
            Violated($"sent more on stream {stream.Id} than its window or its end allows");
        }
        else if (!stream.Receive.TryStore(data.Offset, data.Bytes))
        {
            Violated($"left more than {ReceiveOrder.MaxSpans} gaps in stream {stream.Id}");
        }
        else
        {
            stream.WireBytes += frameBytes;
            NoteReadable(stream);
        }

        return true;
    }

    private bool Handle(Instant now, LinkCore from, LinkAckFrame ack)
    {
        if (!from.Ledger.IsPossible(ack.ReceivedFrames))
        {
            Violated("acknowledged frames that were never sent");
            return true;
        }

        var bytes = 0L;
        while (from.Ledger.TryTakeAcknowledged(ack.ReceivedFrames, out var record))
        {
            bytes += record.FrameBytes;
            _records.Return(record);
        }

        from.Pace.NoteAcknowledged(now, bytes, isBusy: from.Ledger.InFlightBytes > 0);
        return true;
    }

    private bool Handle(CreditFrame credit)
    {
        if (TryFind(credit.Stream, FrameType.Credit, out var stream))
        {
            stream.Send.Allow(credit.MaxOffset);
            NoteWritable(stream);
        }

        return true;
    }

    private bool Handle(OpenFrame open)
    {
        if (IsOurs(open.Stream))
        {
            Violated($"opened stream {open.Stream}, an id that belongs to this end");
            return true;
        }

        if (_peerIds.WasSeen(open.Stream))
        {
            return true;
        }

        if (!_peerIds.TryTake(open.Stream))
        {
            Violated($"opened stream {open.Stream} and left out too many before it");
            return true;
        }

        var stream = new StreamCore(open.Stream, open.Target, openedByUs: false, _blocks, _records);
        _streams.Add(stream.Id, stream);
        _peerStreams++;
        if (IsDraining)
        {
            Refuse(stream, "This agent is shutting down.");
        }
        else if (_peerStreams > _settings.MaxStreams)
        {
            Refuse(stream, $"There are {_settings.MaxStreams} streams already.");
        }
        else
        {
            _events.Enqueue(new SessionEvent(SessionEventKind.StreamOffered, stream, 0));
        }

        return true;
    }

    private bool Handle(OpenedFrame opened)
    {
        if (TryFindOurs(opened.Stream, FrameType.Opened, out var stream) && stream.Phase == StreamPhase.Opening)
        {
            stream.Phase = StreamPhase.Open;
            stream.Send.Allow(stream.Target.Kind.WindowBytes());
            _events.Enqueue(new SessionEvent(SessionEventKind.StreamOpened, stream, 0));
            NoteWritable(stream);
        }

        return true;
    }

    private bool Handle(RefusedFrame refused)
    {
        if (TryFindOurs(refused.Stream, FrameType.Refused, out var stream) && stream.Phase == StreamPhase.Opening)
        {
            var message = $"{_peer} refused the stream {stream.Target}: {refused.Reason}";
            Fail(stream, new StreamFailure(ChannelError.StreamRefused, message), keepReceived: false);
            Remove(stream);
        }

        return true;
    }

    private bool Handle(FinFrame fin)
    {
        if (!TryFind(fin.Stream, FrameType.Fin, out var stream))
        {
            return true;
        }

        if (!stream.TrySetFinal(fin.FinalOffset))
        {
            Violated($"ended stream {stream.Id} at an offset that contradicts what came before");
            return true;
        }

        NoteReadable(stream);
        return true;
    }

    private bool Handle(ResetFrame reset)
    {
        if (!IsOurs(reset.Stream) && !_peerIds.WasSeen(reset.Stream))
        {
            if (!_peerIds.TryTake(reset.Stream))
            {
                Violated($"abandoned stream {reset.Stream} and left out too many before it");
            }

            return true;
        }

        if (TryFind(reset.Stream, FrameType.Reset, out var stream))
        {
            Fail(stream, new StreamFailure(ChannelError.StreamReset, $"{_peer} abandoned the stream {stream.Target}: {reset.Reason}"), keepReceived: false);
            Remove(stream);
        }

        return true;
    }

    private bool Handle(LinkCore from, CloseFrame close)
    {
        var end = close.Code switch
        {
            CloseCode.Ended => new SessionEnd(ChannelError.Closed, $"{_peer} closed the session: {close.Reason}", null),
            CloseCode.ProtocolViolation => new SessionEnd(
                ChannelError.ProtocolViolation, $"{_peer} closed the session, and says that this end broke the protocol: {close.Reason}", null),
            CloseCode.UnknownSession or CloseCode.PeerRestarted => new SessionEnd(
                ChannelError.PeerRestarted, $"{_peer} does not know the session any more: {close.Reason}", null),
            CloseCode.HoldTimeOver => new SessionEnd(ChannelError.LinkLost, $"{_peer} gave the session up: {close.Reason}", null),
            CloseCode.VersionUnsupported or CloseCode.TooManyLinks or CloseCode.PeerUntrusted => null,
        };

        if (end is not null)
        {
            Finish(end);
        }
        else
        {
            _events.Enqueue(new SessionEvent(SessionEventKind.LinkClosed, null, from.Id));
        }

        return true;
    }

    /// <summary>Finds a live stream; a frame for one that has ended is late and ignored, for one that never was it is a violation.</summary>
    private bool TryFind(uint id, FrameType type, out StreamCore stream)
    {
        if (_streams.TryGetValue(id, out stream!))
        {
            return true;
        }

        var existed = IsOurs(id) ? id < _nextStreamId : _peerIds.WasSeen(id);
        if (!existed)
        {
            Violated($"sent a {type} frame for stream {id}, which was never opened");
        }

        return false;
    }

    private bool TryFindOurs(uint id, FrameType type, out StreamCore stream)
    {
        stream = null!;
        if (IsOurs(id))
        {
            return TryFind(id, type, out stream);
        }

        Violated($"sent a {type} frame for stream {id}, which it had asked for itself");
        return false;
    }

    private bool IsOurs(uint id) => id % 2 == _nextStreamId % 2;

    private void NoteReadable(StreamCore stream)
    {
        if (stream.IsDiscarding)
        {
            Discard(stream);
        }
        else if (!stream.IsReadableReported && (stream.Receive.Available > 0 || stream.HasReadAll))
        {
            stream.IsReadableReported = true;
            _events.Enqueue(new SessionEvent(SessionEventKind.StreamReadable, stream, 0));
        }
    }

    private void NoteWritable(StreamCore stream)
    {
        if (stream.WantsRoom && stream.Send.Room > 0)
        {
            stream.WantsRoom = false;
            _events.Enqueue(new SessionEvent(SessionEventKind.StreamWritable, stream, 0));
        }
    }
}
