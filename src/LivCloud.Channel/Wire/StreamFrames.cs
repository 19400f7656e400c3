namespace LivCloud.Channel.Wire;

/// <summary>The stream was accepted; its opener may send now.</summary>
internal readonly record struct OpenedFrame(uint Stream)
{
    public static bool TryRead(ref WireReader reader, out OpenedFrame frame, out WireError error)
    {
        var read = reader.TryReadStreamId(out var stream, out error) && reader.TryEnd(out error);
        frame = new OpenedFrame(stream);
        return read;
    }

    public int Write(Span<byte> destination)
    {
        var writer = new WireWriter(destination, FrameType.Opened);
        writer.WriteUInt32(Stream);
        return writer.Finish();
    }
}

/// <summary>The stream was not accepted, and why.</summary>
internal readonly record struct RefusedFrame(uint Stream, string Reason)
{
    public static bool TryRead(ref WireReader reader, out RefusedFrame frame, out WireError error)
    {
        var reason = "";
        var read = reader.TryReadStreamId(out var stream, out error) && reader.TryReadText(out reason, out error) && reader.TryEnd(out error);
        frame = new RefusedFrame(stream, reason);
        return read;
    }

    public int Write(Span<byte> destination)
    {
        var writer = new WireWriter(destination, FrameType.Refused);
        writer.WriteUInt32(Stream);
        writer.WriteText(Reason);
        return writer.Finish();
    }
}

/// <summary>The peer may send on this stream up to this offset. It never falls, so that a late or repeated frame does no harm.</summary>
internal readonly record struct CreditFrame(uint Stream, long MaxOffset)
{
    public static bool TryRead(ref WireReader reader, out CreditFrame frame, out WireError error)
    {
        var offset = 0L;
        var read = reader.TryReadStreamId(out var stream, out error) && reader.TryReadOffset(out offset, out error) && reader.TryEnd(out error);
        frame = new CreditFrame(stream, offset);
        return read;
    }

    public int Write(Span<byte> destination)
    {
        var writer = new WireWriter(destination, FrameType.Credit);
        writer.WriteUInt32(Stream);
        writer.WriteUInt64((ulong)MaxOffset);
        return writer.Finish();
    }
}

/// <summary>The sender's direction of this stream ends at this offset.</summary>
internal readonly record struct FinFrame(uint Stream, long FinalOffset)
{
    public static bool TryRead(ref WireReader reader, out FinFrame frame, out WireError error)
    {
        var offset = 0L;
        var read = reader.TryReadStreamId(out var stream, out error) && reader.TryReadOffset(out offset, out error) && reader.TryEnd(out error);
        frame = new FinFrame(stream, offset);
        return read;
    }

    public int Write(Span<byte> destination)
    {
        var writer = new WireWriter(destination, FrameType.Fin);
        writer.WriteUInt32(Stream);
        writer.WriteUInt64((ulong)FinalOffset);
        return writer.Finish();
    }
}

/// <summary>The sender abandons both directions of this stream, and why.</summary>
internal readonly record struct ResetFrame(uint Stream, string Reason)
{
    public static bool TryRead(ref WireReader reader, out ResetFrame frame, out WireError error)
    {
        var reason = "";
        var read = reader.TryReadStreamId(out var stream, out error) && reader.TryReadText(out reason, out error) && reader.TryEnd(out error);
        frame = new ResetFrame(stream, reason);
        return read;
    }

    public int Write(Span<byte> destination)
    {
        var writer = new WireWriter(destination, FrameType.Reset);
        writer.WriteUInt32(Stream);
        writer.WriteText(Reason);
        return writer.Finish();
    }
}
