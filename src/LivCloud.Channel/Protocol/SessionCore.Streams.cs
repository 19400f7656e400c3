using LivCloud.Channel.Wire;

namespace LivCloud.Channel.Protocol;

/// <summary>What the application does with streams.</summary>
internal sealed partial class SessionCore
{
    /// <summary>Asks the peer for a stream; an event tells the answer.</summary>
    /// <returns>null when there are as many streams as there may be, or one end is saying goodbye, or the session is over.</returns>
    public StreamCore? Open(StreamTarget target)
    {
        var ours = _streams.Count - _peerStreams;
        if (End is not null || IsDraining || IsPeerDraining || ours >= _settings.MaxStreams || _nextStreamId > uint.MaxValue - 2)
        {
            return null;
        }

        var stream = new StreamCore(_nextStreamId, target, openedByUs: true, _blocks, _records);
        _nextStreamId += 2;
        _streams.Add(stream.Id, stream);
        Span<byte> frame = stackalloc byte[WireLimits.MaxControlFrameBytes];
        SendControl(frame[..new OpenFrame(stream.Id, target).Write(frame)]);
        return stream;
    }

    /// <summary>Accepts a stream that the peer asked for.</summary>
    public void Accept(StreamCore stream)
    {
        if (stream.Phase != StreamPhase.Opening || stream.OpenedByUs)
        {
            return;
        }

        stream.Phase = StreamPhase.Open;
        stream.Send.Allow(stream.Target.Kind.WindowBytes());
        Span<byte> frame = stackalloc byte[WireLimits.MaxControlFrameBytes];
        SendControl(frame[..new OpenedFrame(stream.Id).Write(frame)]);
        NoteWritable(stream);
        if (stream.CompletesWhenOpen)
        {
            CompleteWrites(stream);
        }
    }

    /// <summary>Does not accept a stream that the peer asked for.</summary>
    public void Refuse(StreamCore stream, string reason)
    {
        if (stream.Phase != StreamPhase.Opening || stream.OpenedByUs)
        {
            return;
        }

        Fail(stream, new StreamFailure(ChannelError.StreamRefused, reason), keepReceived: false);
        Remove(stream);
        Span<byte> frame = stackalloc byte[WireLimits.MaxControlFrameBytes];
        SendControl(frame[..new RefusedFrame(stream.Id, reason).Write(frame)]);
    }

    /// <summary>Takes bytes to be sent.</summary>
    /// <returns>How many were taken; when fewer than given, an event tells when there is room.</returns>
    public int Write(StreamCore stream, ReadOnlySpan<byte> bytes)
    {
        if (stream.Phase == StreamPhase.Opening)
        {
            // Whoever accepts a stream may begin to write before the answer is out; it goes on with the acceptance.
            stream.WantsRoom = true;
            return 0;
        }

        if (stream.Phase != StreamPhase.Open || stream.Send.IsCompleted)
        {
            return 0;
        }

        var taken = stream.Send.Write(bytes, MaxDataBytes(stream));
        stream.WantsRoom = taken < bytes.Length;
        _rings.Add(stream);
        return taken;
    }

    /// <summary>Ends our direction after what was written.</summary>
    public void CompleteWrites(StreamCore stream)
    {
        stream.CompletesWhenOpen = stream.Phase == StreamPhase.Opening;
        if (stream.Phase != StreamPhase.Open || stream.Send.IsCompleted)
        {
            return;
        }

        stream.Send.IsCompleted = true;
        Span<byte> frame = stackalloc byte[WireLimits.MaxControlFrameBytes];
        SendControl(frame[..new FinFrame(stream.Id, stream.Send.WrittenOffset).Write(frame)]);
        RemoveIfDone(stream);
    }

    /// <summary>Hands out received bytes in order.</summary>
    /// <returns>How many; 0 when none is there, or the end was reached (<see cref="StreamCore.HasReadAll"/>).</returns>
    public int Read(StreamCore stream, Span<byte> destination)
    {
        stream.IsReadableReported = false;
        var read = stream.Receive.Read(destination);
        GiveCredit(stream);
        RemoveIfDone(stream);
        return read;
    }

    /// <summary>Abandons both directions; what was not sent or not read is dropped.</summary>
    public void Abort(StreamCore stream, string reason)
    {
        if (stream.Phase == StreamPhase.Ended)
        {
            return;
        }

        Fail(stream, new StreamFailure(ChannelError.StreamReset, reason), keepReceived: false);
        Remove(stream);
        Span<byte> frame = stackalloc byte[WireLimits.MaxControlFrameBytes];
        SendControl(frame[..new ResetFrame(stream.Id, reason).Write(frame)]);
    }

    /// <summary>Drops what comes in from now on; what was written still arrives.</summary>
    public void DiscardReads(StreamCore stream)
    {
        stream.IsDiscarding = true;
        Discard(stream);
    }

    /// <summary>Bulk frames hold a few milliseconds' worth, so that what is urgent need not wait long behind one.</summary>
    private int MaxDataBytes(StreamCore stream)
    {
        if (stream.Priority == StreamPriority.Interactive)
        {
            return WireLimits.MaxDataBytes;
        }

        var least = WireLimits.MaxDataBytes;
        foreach (var link in _links.Values)
        {
            least = Math.Min(least, link.Pace.BatchBytes);
        }

        return _cap.BytesPerSecond is { } cap ? (int)Math.Clamp((long)(cap * LinkPace.Ahead.TotalSeconds), LinkPace.MinBatchBytes, least) : least;
    }

    private void Discard(StreamCore stream)
    {
        Span<byte> nowhere = stackalloc byte[4096];
        while (stream.Receive.Read(nowhere) > 0)
        {
        }

        GiveCredit(stream);
        RemoveIfDone(stream);
    }

    private void GiveCredit(StreamCore stream)
    {
        if (stream.Phase == StreamPhase.Open && stream.TakeCredit() is { } offset)
        {
            Span<byte> frame = stackalloc byte[WireLimits.MaxControlFrameBytes];
            SendControl(frame[..new CreditFrame(stream.Id, offset).Write(frame)]);
        }
    }

    private void RemoveIfDone(StreamCore stream)
    {
        if (stream.Phase == StreamPhase.Open && stream.Send.IsCompleted && stream.HasReadAll)
        {
            stream.Phase = StreamPhase.Ended;
            Remove(stream);
        }
    }

    private void Remove(StreamCore stream)
    {
        if (_streams.Remove(stream.Id) && !stream.OpenedByUs)
        {
            _peerStreams--;
        }
    }
}
