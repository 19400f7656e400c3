using LivCloud.Transport.Buffers;

namespace LivCloud.Transport.Receiving;

/// <summary>What has arrived of the peer's packets: their payloads, the holes between them, and counts of all that came.</summary>
/// <param name="payloadBytes">The longest payload.</param>
/// <param name="capacity">How many packets may wait to be read.</param>
internal sealed class Arrivals(int payloadBytes, int capacity)
{
    // Far more than a path loses in a round trip (some hundreds at 1 % of 500 Mbit/s and 200 ms), and little enough to search and move.
    private const int MaxHoles = 8192;
    private readonly ReceiveBuffer _buffer = new(payloadBytes, capacity);
    private readonly HoleList _holes = new(MaxHoles);

    /// <summary>The first packet that has not arrived.</summary>
    public long Cumulative => _holes.Holes is [var first, ..] ? first.Begin : End;

    /// <summary>The packet behind the last that has arrived.</summary>
    public long End { get; private set; }

    /// <summary>The first packet that is not accepted.</summary>
    public long Limit => _buffer.Limit;

    /// <summary>How many packets may wait to be read; it may be raised.</summary>
    public int Capacity
    {
        get => _buffer.Capacity;
        set => _buffer.Capacity = value;
    }

    /// <summary>How many packets were accepted, those that came twice included.</summary>
    public long Count { get; private set; }

    /// <summary>How many of those had arrived before.</summary>
    public long Duplicates { get; private set; }

    /// <summary>What is missing.</summary>
    public ReadOnlySpan<Hole> Holes => _holes.Holes;

    /// <summary>Whether bytes can be read.</summary>
    public bool CanRead => Cumulative > _buffer.ReadIndex;

    /// <summary>Takes a data packet.</summary>
    /// <param name="index">Which.</param>
    /// <param name="payload">What it carries.</param>
    /// <param name="gap">The hole that it opened, if it did.</param>
    /// <returns>Whether it was accepted; one that came twice is, one that there is no room for is not.</returns>
    public bool Accept(long index, ReadOnlySpan<byte> payload, out Hole? gap)
    {
        gap = null;
        if (index >= Limit || (index > End && _holes.IsFull))
        {
            return false;
        }

        Count++;
        if (index >= End)
        {
            if (index > End)
            {
                gap = new Hole(End, index);
                _holes.Add(gap.Value);
            }

            End = index + 1;
        }
        else if (index < Cumulative || !_holes.Remove(index))
        {
            Duplicates++;
            return true;
        }

        _buffer.Store(index, payload);
        return true;
    }

    /// <summary>Gives back the memory of what has been read.</summary>
    public void Trim() => _buffer.Trim();

    /// <summary>Reads what is there in order.</summary>
    /// <returns>How many bytes.</returns>
    public int Read(Span<byte> destination) => _buffer.Read(destination, Cumulative);
}
