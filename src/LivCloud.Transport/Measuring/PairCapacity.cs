using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Measuring;

/// <summary>How many packets the path could carry in a second, from the gaps of packets that were sent back to back: 16n and the one behind it (draft-gg-udt-03, section 6.2).</summary>
internal sealed class PairCapacity
{
    private const int Size = 64;
    private readonly GapRing _gaps = new(Size);
    private SequenceNumber? _first;
    private Instant _firstAt;

    /// <summary>0 while it is not known.</summary>
    public int PacketsPerSecond => _gaps.Count == 0 ? 0 : (int)_gaps.PacketsPerSecond(out _, out _);

    /// <summary>Notes a packet. Those that the kernel hands over together tell nothing.</summary>
    public void Add(SequenceNumber number, Instant now)
    {
        if (number.Value % 16 == 0)
        {
            (_first, _firstAt) = (number, now);
        }
        else if (_first is { } first && number == first.Next)
        {
            var gap = (now - _firstAt).TotalMicroseconds;
            if (gap >= 1)
            {
                _gaps.Add(gap);
            }

            _first = null;
        }
    }
}
