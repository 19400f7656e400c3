using System.Diagnostics;

namespace LivCloud.Transport.Sending;

/// <summary>What became of each packet that was sent and is not known to have arrived, with all before it.</summary>
/// <remarks>Those in flight are also in a list in the order of their last transmission, so that the oldest is found at once.</remarks>
/// <param name="capacity">How many packets there may be between the first that is missing and the next new one: a power of two.</param>
internal sealed class Scoreboard(int capacity)
{
    private const int None = -1;
    private readonly PriorityQueue<long, long> _lost = new();
    private Slot[] _slots = new Slot[1024];

    private long _oldest = None, _newest = None;

    /// <summary>The first packet that is not known to have arrived.</summary>
    public long Unacknowledged { get; private set; }

    /// <summary>The next packet to be sent for the first time.</summary>
    public long Next { get; private set; }

    /// <summary>How many packets are on their way.</summary>
    public int InFlight { get; private set; }

    /// <summary>How many packets are lost and were not sent again.</summary>
    public int Lost { get; private set; }

    /// <summary>How many packets were ever held for lost.</summary>
    public long LostTotal { get; private set; }

    /// <summary>How many packets were held for lost and had arrived.</summary>
    public long SpuriousTotal { get; private set; }

    /// <summary>Whether one more new packet can be kept.</summary>
    public bool HasRoom => Next - Unacknowledged < capacity;

    /// <summary>The packet that has been in flight for longest; null when none is.</summary>
    public long? Oldest => _oldest == None ? null : _oldest;

    /// <summary>Whether a packet is on its way.</summary>
    public bool IsInFlight(long index) => index >= Unacknowledged && index < Next && At(index).State == PacketState.InFlight;

    /// <summary>When a packet was last sent.</summary>
    public Instant SentAt(long index) => At(index).SentAt;

    /// <summary>Of those in flight, the one that was sent next after one of them; null when that was the last.</summary>
    public long? SentAfter(long index) => At(index).Later is var later && later == None ? null : later;

    /// <summary>Notes that the next new packet is sent.</summary>
    /// <returns>Which.</returns>
    public long SendNew(Instant now)
    {
        Debug.Assert(HasRoom, "The scoreboard is full.");
        if (Next - Unacknowledged >= _slots.Length)
        {
            Grow();
        }

        var index = Next++;
        At(index) = new Slot { State = PacketState.Lost };
        Lost++;
        Append(index, now);
        return index;
    }

    /// <summary>The first of the lost packets.</summary>
    /// <returns>false when none is lost.</returns>
    public bool TryPeekLost(out long index)
    {
        while (_lost.TryPeek(out index, out _))
        {
            if (index >= Unacknowledged && At(index).State == PacketState.Lost)
            {
                return true;
            }

            _lost.Dequeue();
        }

        return false;
    }

    /// <summary>Notes that the first of the lost packets is sent again.</summary>
    /// <returns>false when none is lost.</returns>
    public bool TrySendLost(Instant now, out long index)
    {
        while (_lost.TryDequeue(out index, out _))
        {
            if (index >= Unacknowledged && At(index).State == PacketState.Lost)
            {
                Append(index, now);
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes that a packet is sent once more, although it may be on its way.</summary>
    public void SendAgain(long index, Instant now)
    {
        if (At(index).State == PacketState.InFlight)
        {
            Unlink(index);
            At(index).State = PacketState.Lost;
            Lost++;
        }

        Append(index, now);
    }

    /// <summary>Notes that a packet has to be sent again.</summary>
    /// <returns>Whether it was in flight.</returns>
    public bool MarkLost(long index)
    {
        if (index < Unacknowledged || index >= Next || At(index).State != PacketState.InFlight)
        {
            return false;
        }

        Unlink(index);
        At(index).State = PacketState.Lost;
        _lost.Enqueue(index, index);
        Lost++;
        LostTotal++;
        return true;
    }

    /// <summary>Notes that all packets that are on their way have to be sent again.</summary>
    public void MarkAllLost()
    {
        while (_oldest != None)
        {
            MarkLost(_oldest);
        }
    }

    /// <summary>Notes that a packet has arrived.</summary>
    /// <returns>Whether that is news.</returns>
    public bool MarkArrived(long index)
    {
        if (index < Unacknowledged || index >= Next)
        {
            return false;
        }

        ref var slot = ref At(index);
        switch (slot.State)
        {
            case PacketState.Arrived:
                return false;
            case PacketState.InFlight:
                Unlink(index);
                break;
            case PacketState.Lost:
                Lost--;
                SpuriousTotal++;
                break;
        }

        slot.State = PacketState.Arrived;
        while (Unacknowledged < Next && At(Unacknowledged).State == PacketState.Arrived)
        {
            Unacknowledged++;
        }

        return true;
    }

    private ref Slot At(long index) => ref _slots[index & (_slots.Length - 1)];

    private void Append(long index, Instant now)
    {
        ref var slot = ref At(index);
        slot = new Slot { State = PacketState.InFlight, SentAt = now, Earlier = _newest, Later = None };
        if (_newest == None)
        {
            _oldest = index;
        }
        else
        {
            At(_newest).Later = index;
        }

        _newest = index;
        Lost--;
        InFlight++;
    }

    private void Unlink(long index)
    {
        var (earlier, later) = (At(index).Earlier, At(index).Later);
        if (earlier == None)
        {
            _oldest = later;
        }
        else
        {
            At(earlier).Later = later;
        }

        if (later == None)
        {
            _newest = earlier;
        }
        else
        {
            At(later).Earlier = earlier;
        }

        InFlight--;
    }

    private void Grow()
    {
        var grown = new Slot[_slots.Length * 2];
        for (var i = Unacknowledged; i < Next; i++)
        {
            grown[i & (grown.Length - 1)] = At(i);
        }

        _slots = grown;
    }

    private enum PacketState : byte
    {
        InFlight,
        Lost,
        Arrived,
    }

    private struct Slot
    {
        public Instant SentAt;
        public long Earlier, Later;
        public PacketState State;
    }
}
