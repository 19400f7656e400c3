using System.Buffers.Binary;

namespace LivCloud.Lab.Links;

/// <summary>What became of a packet that was offered to a link.</summary>
public enum PacketFate
{
    /// <summary>It will come out at the other end.</summary>
    Carried,

    /// <summary>Too much was waiting; it never got onto the wire.</summary>
    QueueDropped,

    /// <summary>It was on the wire and got lost.</summary>
    Lost,
}

/// <summary>One direction of a link: which packets come out at the other end, and when. Pure: time is an argument, and nothing is allocated per packet.</summary>
/// <remarks>A packet waits until the wire is free, takes its size over the rate to be put on it, and travels for the delay. Times are nanoseconds of one clock.</remarks>
public sealed class LinkQueue
{
    private const int MaxPackets = 1 << 17;

    /// <summary>What Ethernet puts around a frame: preamble, checksum and the gap to the next (IEEE 802.3, clause 4A). The shortest frame is 60 bytes.</summary>
    public const int WireOverheadBytes = 24;

    private const int ShortestFrameBytes = 60;
    private const int EthernetHeaderBytes = 14, EtherTypeOffset = 12, IPv4ProtocolOffset = 23, IPv6NextHeaderOffset = 20;
    private const ushort EtherTypeIPv4 = 0x0800, EtherTypeIPv6 = 0x86DD;
    private const byte ProtocolUdp = 17;
    private const long UdpBurstNanoseconds = 50_000_000, LongestPauseNanoseconds = 500_000_000, LongestFrameBits = 9200 * 8;
    private readonly byte[] _bytes;
    private readonly Slot[] _slots = new Slot[MaxPackets];
    private SplitMix64 _random;
    private long _head, _tail, _waiting;   // slot numbers; those from _waiting on are not fully on the wire yet
    private int _writeOffset;
    private long _wireFreeAt = long.MinValue, _lastDeparture = long.MinValue;
    private long _udpTokens = long.MaxValue / 4, _udpFilledAt;   // in bits, times 10^9
    private long _rate, _udpRate, _delay, _jitter, _queueNanoseconds;
    private int _queuePackets, _longestFrame;
    private double _loss;

    /// <summary>Makes an empty direction.</summary>
    /// <param name="settings">What it does to packets.</param>
    /// <param name="stream">Tells the two directions' random numbers apart.</param>
    /// <param name="bufferBytes">How many bytes can be under way at most; more are dropped as from a full queue.</param>
    public LinkQueue(LinkSettings settings, int stream, int bufferBytes = 64 << 20)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(bufferBytes);
        _random = new SplitMix64(settings.Seed * 2 + (ulong)stream);
        Apply(settings, reseed: false, stream);
    }

    /// <summary>When the first packet comes out, in nanoseconds; <see cref="long.MaxValue"/> when none is under way.</summary>
    public long NextDeparture => _head == _tail ? long.MaxValue : _slots[_head % MaxPackets].Departure;

    /// <summary>How many packets are under way.</summary>
    public int Count => (int)(_tail - _head);

    /// <summary>Uses other settings for packets that are offered from now on; those under way keep their times.</summary>
    public void Apply(LinkSettings settings, bool reseed, int stream)
    {
        _rate = settings.Rate.BitsPerSecond;
        _udpRate = settings.UdpRate.BitsPerSecond;
        _delay = Nanoseconds(settings.Delay);
        _jitter = Nanoseconds(settings.Jitter);
        _loss = settings.Loss;
        _queueNanoseconds = settings.Queue.Time is { } time ? Nanoseconds(time) : long.MaxValue;
        _queuePackets = settings.Queue.Packets ?? int.MaxValue;
        _longestFrame = settings.Mtu > 0 ? settings.Mtu + EthernetHeaderBytes : int.MaxValue;
        if (reseed)
        {
            _random = new SplitMix64(settings.Seed * 2 + (ulong)stream);
        }
    }

    /// <summary>Takes a packet that arrived at the near end.</summary>
    public PacketFate Offer(long now, ReadOnlySpan<byte> packet)
    {
        while (_waiting < _tail && _slots[_waiting % MaxPackets].OnWire <= now)
        {
            _waiting++;
        }

        var wireBytes = Math.Max(packet.Length, ShortestFrameBytes) + WireOverheadBytes;
        var start = Math.Max(now, _wireFreeAt);
        if (start - now > _queueNanoseconds || _tail - _waiting >= _queuePackets || _tail - _head >= MaxPackets || !TryReserve(packet.Length, out var offset)
            || !MayPass(now, packet, wireBytes))
        {
            return PacketFate.QueueDropped;
        }

        var onWire = start + (long)((Int128)wireBytes * 8 * 1_000_000_000 / _rate);
        _wireFreeAt = onWire;
        var jitter = _jitter == 0 ? 0 : (long)((_random.NextDouble() * 2 - 1) * _jitter);
        var isLost = _loss > 0 && _random.NextDouble() < _loss;
        if (isLost || packet.Length > _longestFrame)
        {
            return PacketFate.Lost;
        }

        _lastDeparture = Math.Max(_lastDeparture, onWire + _delay + jitter);
        packet.CopyTo(_bytes.AsSpan(offset));
        _slots[_tail % MaxPackets] = new Slot(onWire, _lastDeparture, offset, packet.Length);
        _tail++;
        _writeOffset = offset + packet.Length;
        return PacketFate.Carried;
    }

    /// <summary>Takes out the next packet that has reached the far end.</summary>
    /// <param name="now">The time.</param>
    /// <param name="packet">Its bytes, valid until the next call of <see cref="Offer"/>.</param>
    /// <param name="departure">When it was due.</param>
    public bool TryTake(long now, out ReadOnlySpan<byte> packet, out long departure)
    {
        ref var slot = ref _slots[_head % MaxPackets];
        if (_head == _tail || slot.Departure > now)
        {
            packet = default;
            departure = 0;
            return false;
        }

        packet = _bytes.AsSpan(slot.Offset, slot.Bytes);
        departure = slot.Departure;
        _head++;
        _waiting = Math.Max(_waiting, _head);
        return true;
    }

    /// <summary>Forgets all packets under way, as when the link is cut.</summary>
    /// <returns>How many there were.</returns>
    public int Clear()
    {
        var count = Count;
        _head = _waiting = _tail;
        _wireFreeAt = _lastDeparture = long.MinValue;
        return count;
    }

    /// <summary>Whether a network that holds UDP down lets a packet pass: a token bucket that holds 50 ms of its rate.</summary>
    private bool MayPass(long now, ReadOnlySpan<byte> packet, int wireBytes)
    {
        if (_udpRate == 0 || !IsUdp(packet))
        {
            return true;
        }

        // Never less than a frame: else none of that length would ever pass.
        var most = Math.Max(_udpRate * UdpBurstNanoseconds, LongestFrameBits * 1_000_000_000);
        _udpTokens = Math.Min(most, _udpTokens + (Math.Min(now - _udpFilledAt, LongestPauseNanoseconds) * _udpRate));
        _udpFilledAt = now;
        var cost = wireBytes * 8L * 1_000_000_000;
        if (_udpTokens < cost)
        {
            return false;
        }

        _udpTokens -= cost;
        return true;
    }

    private static bool IsUdp(ReadOnlySpan<byte> frame) => frame.Length > IPv4ProtocolOffset && BinaryPrimitives.ReadUInt16BigEndian(frame[EtherTypeOffset..]) switch
    {
        EtherTypeIPv4 => frame[IPv4ProtocolOffset] == ProtocolUdp,
        EtherTypeIPv6 => frame[IPv6NextHeaderOffset] == ProtocolUdp,
        _ => false,
    };

    /// <summary>Finds room behind the last packet, wrapping to the start of the buffer; a packet is never split.</summary>
    private bool TryReserve(int bytes, out int offset)
    {
        if (_head == _tail)
        {
            offset = 0;
            return bytes <= _bytes.Length;
        }

        var oldest = _slots[_head % MaxPackets].Offset;
        offset = _writeOffset;
        if (offset > oldest)
        {
            if (offset + bytes <= _bytes.Length)
            {
                return true;
            }

            offset = 0;
        }

        return offset + bytes < oldest;
    }

    private static long Nanoseconds(TimeSpan span) => span.Ticks * 100;

    private readonly record struct Slot(long OnWire, long Departure, int Offset, int Bytes);
}
