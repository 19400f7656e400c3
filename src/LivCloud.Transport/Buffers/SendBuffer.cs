namespace LivCloud.Transport.Buffers;

/// <summary>The stream's bytes on their way out, cut into packets: those that are sent and not yet acknowledged, then those that wait.</summary>
internal sealed class SendBuffer(int payloadBytes, int capacity)
{
    private readonly PacketStore _packets = new(payloadBytes, capacity);

    // The last packet may still be filled up as long as it was not sent.
    private int _openBytes;

    /// <summary>The first packet that may still be asked for.</summary>
    public long Begin => _packets.Begin;

    /// <summary>The packet behind the last, the open one included.</summary>
    public long End { get; private set; }

    /// <summary>How many bytes a full packet carries; at most what it began with.</summary>
    public int PayloadBytes { get; set; } = payloadBytes;

    /// <summary>Adds bytes: to the last packet, when it is short and was not sent, and to new ones.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="next">The first packet that was not sent.</param>
    /// <param name="maxWaiting">How many packets may wait to be sent.</param>
    /// <returns>How many bytes were taken.</returns>
    public int Append(ReadOnlySpan<byte> data, long next, int maxWaiting)
    {
        var taken = 0;
        if (_openBytes > 0 && End - 1 >= next)
        {
            taken = Math.Min(data.Length, Math.Max(0, PayloadBytes - _openBytes));
            data[..taken].CopyTo(_packets.Slot(End - 1)[_openBytes..]);
            _packets.SetLength(End - 1, _openBytes + taken);
            _openBytes = _openBytes + taken < PayloadBytes ? _openBytes + taken : 0;
        }

        while (taken < data.Length && End - next < maxWaiting && End - Begin < _packets.Capacity)
        {
            var bytes = Math.Min(data.Length - taken, PayloadBytes);
            data.Slice(taken, bytes).CopyTo(_packets.Slot(End));
            _packets.SetLength(End++, bytes);
            taken += bytes;
            _openBytes = bytes < PayloadBytes ? bytes : 0;
        }

        return taken;
    }

    /// <summary>A packet's payload.</summary>
    public ReadOnlySpan<byte> Payload(long index) => _packets[index];

    /// <summary>How long a packet's payload is.</summary>
    public int LengthOf(long index) => _packets.LengthOf(index);

    /// <summary>Gives back what was kept for packets to come.</summary>
    public void Trim() => _packets.Trim();

    /// <summary>Forgets packets that have arrived.</summary>
    /// <param name="begin">The first that has not.</param>
    public void Release(long begin) => _packets.Release(begin);
}
