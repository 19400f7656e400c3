namespace LivCloud.Transport.Buffers;

/// <summary>The stream's bytes that have arrived and were not read, in their order and with holes.</summary>
/// <param name="payloadBytes">The longest payload.</param>
/// <param name="capacity">How many packets may be held.</param>
internal sealed class ReceiveBuffer(int payloadBytes, int capacity)
{
    private readonly PacketStore _packets = new(payloadBytes, capacity);
    private int _offset;

    /// <summary>The packet that is read next.</summary>
    public long ReadIndex => _packets.Begin;

    /// <summary>The first packet that there is no room for.</summary>
    public long Limit => _packets.Begin + _packets.Capacity;

    /// <summary>How many packets there is room for; it may be raised.</summary>
    public int Capacity
    {
        get => _packets.Capacity;
        set => _packets.Capacity = Math.Max(value, _packets.Capacity);
    }

    /// <summary>Gives back what was kept for packets to come.</summary>
    public void Trim() => _packets.Trim();

    /// <summary>Keeps a packet's payload.</summary>
    /// <param name="index">From <see cref="ReadIndex"/> to before <see cref="Limit"/>.</param>
    /// <param name="payload">At most as long as the longest.</param>
    public void Store(long index, ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(_packets.Slot(index));
        _packets.SetLength(index, payload.Length);
    }

    /// <summary>Reads bytes in order.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="end">The first packet that has not arrived.</param>
    /// <returns>How many bytes.</returns>
    public int Read(Span<byte> destination, long end)
    {
        var read = 0;
        var index = ReadIndex;
        while (read < destination.Length && index < end)
        {
            var rest = _packets[index][_offset..];
            var bytes = Math.Min(rest.Length, destination.Length - read);
            rest[..bytes].CopyTo(destination[read..]);
            read += bytes;
            _offset += bytes;
            if (bytes == rest.Length)
            {
                index++;
                _offset = 0;
            }
        }

        _packets.Release(index);
        return read;
    }
}
