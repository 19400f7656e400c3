namespace LivCloud.Channel.Wire;

/// <summary>Asks for a PONG with the same number.</summary>
internal readonly record struct PingFrame(ulong Number)
{
    public static bool TryRead(ref WireReader reader, out PingFrame frame, out WireError error)
    {
        error = WireError.Truncated;
        var read = reader.TryReadUInt64(out var number) && reader.TryEnd(out error);
        frame = new PingFrame(number);
        return read;
    }

    public int Write(Span<byte> destination)
    {
        var writer = new WireWriter(destination, FrameType.Ping);
        writer.WriteUInt64(Number);
        return writer.Finish();
    }
}

/// <summary>Answers the PING with that number.</summary>
internal readonly record struct PongFrame(ulong Number)
{
    public static bool TryRead(ref WireReader reader, out PongFrame frame, out WireError error)
    {
        error = WireError.Truncated;
        var read = reader.TryReadUInt64(out var number) && reader.TryEnd(out error);
        frame = new PongFrame(number);
        return read;
    }

    public int Write(Span<byte> destination)
    {
        var writer = new WireWriter(destination, FrameType.Pong);
        writer.WriteUInt64(Number);
        return writer.Finish();
    }
}

/// <summary>How many acknowledged frames (<see cref="FrameTypes.IsAcknowledged"/>) were received on this link since it began.</summary>
internal readonly record struct LinkAckFrame(ulong ReceivedFrames)
{
    public static bool TryRead(ref WireReader reader, out LinkAckFrame frame, out WireError error)
    {
        error = WireError.Truncated;
        var read = reader.TryReadUInt64(out var count) && reader.TryEnd(out error);
        frame = new LinkAckFrame(count);
        return read;
    }

    public int Write(Span<byte> destination)
    {
        var writer = new WireWriter(destination, FrameType.LinkAck);
        writer.WriteUInt64(ReceivedFrames);
        return writer.Finish();
    }
}

/// <summary>The sender opens and accepts no more streams.</summary>
internal readonly record struct GoodbyeFrame
{
    public static bool TryRead(ref WireReader reader, out GoodbyeFrame frame, out WireError error)
    {
        frame = default;
        return reader.TryEnd(out error);
    }

    public static int Write(Span<byte> destination) => new WireWriter(destination, FrameType.Goodbye).Finish();
}
