using System.Diagnostics;
using LivCloud.Channel.Wire;

namespace LivCloud.Channel.Protocol;

/// <summary>The sending direction of a stream: bytes that no link has taken yet, and those that a dead link took with it.</summary>
/// <remarks>It takes only bytes for which the peer gave credit, so that all that waits here may be sent.</remarks>
internal sealed class SendQueue(StreamCore stream, SendRecordPool pool)
{
    private readonly Queue<SendRecord> _unsent = new();
    private readonly Queue<SendRecord> _again = new();
    private SendRecord? _tail;
    private int _unsentBytes;

    /// <summary>How many bytes the application has written.</summary>
    public long WrittenOffset { get; private set; }

    /// <summary>How far the peer lets us write.</summary>
    public long MaxOffset { get; private set; }

    /// <summary>Whether the application has said that no more follows.</summary>
    public bool IsCompleted { get; set; }

    /// <summary>Whether anything waits for a link.</summary>
    public bool HasPending => _unsent.Count > 0 || _again.Count > 0;

    /// <summary>How many bytes can be written now.</summary>
    public int Room => (int)Math.Min(StreamClass.MaxUnsentBytes - _unsentBytes, MaxOffset - WrittenOffset);

    /// <summary>Raises the offset up to which may be written; a lower one is late and changes nothing.</summary>
    /// <remarks>A peer that has read all that was written grants a window beyond it. Who grants more would make us keep more for it.</remarks>
    public void Allow(long maxOffset) =>
        MaxOffset = Math.Max(MaxOffset, Math.Min(maxOffset, WrittenOffset + stream.Target.Kind.WindowBytes()));

    /// <summary>Takes bytes into frames of at most <paramref name="maxDataBytes"/>.</summary>
    /// <returns>How many were taken; fewer than given when there is no room or no credit.</returns>
    public int Write(ReadOnlySpan<byte> bytes, int maxDataBytes)
    {
        var taken = 0;
        var total = Math.Min(bytes.Length, Room);
        while (taken < total)
        {
            var tail = _tail;
            var free = tail is null ? 0 : Math.Min(tail.Block.Length - tail.FrameBytes, maxDataBytes - tail.DataBytes);
            if (tail is null || free <= 0)
            {
                tail = Append(Math.Min(total - taken, maxDataBytes));
                free = Math.Min(tail.Block.Length - tail.FrameBytes, maxDataBytes);
            }

            var count = Math.Min(free, total - taken);
            bytes.Slice(taken, count).CopyTo(tail.Block.AsSpan(tail.FrameBytes));
            tail.FrameBytes += count;
            taken += count;
            WrittenOffset += count;
        }

        _unsentBytes += taken;
        return taken;
    }

    /// <summary>The frame that should go next; it stays in the queue.</summary>
    public bool TryPeek(out SendRecord record) => _again.TryPeek(out record!) || _unsent.TryPeek(out record!);

    /// <summary>Takes the frame that <see cref="TryPeek"/> showed, with its header written.</summary>
    public SendRecord Dequeue()
    {
        if (_again.TryDequeue(out var again))
        {
            pool.RecordsToRepeat--;
            return again;
        }

        var record = _unsent.Dequeue();
        _unsentBytes -= record.DataBytes;
        _tail = ReferenceEquals(record, _tail) ? null : _tail;
        DataFrame.WritePrefix(record.Block, stream.Id, record.Offset, record.DataBytes);
        return record;
    }

    /// <summary>Takes back a frame that a dead link took with it.</summary>
    public void Requeue(SendRecord record)
    {
        Debug.Assert(ReferenceEquals(record.Stream, stream), "A frame goes back to its own stream.");
        pool.RecordsToRepeat++;
        _again.Enqueue(record);
    }

    /// <summary>Drops all that waits: the stream was abandoned.</summary>
    public void Clear()
    {
        pool.RecordsToRepeat -= _again.Count;
        while (_again.TryDequeue(out var record) || _unsent.TryDequeue(out record))
        {
            pool.Return(record);
        }

        (_tail, _unsentBytes) = (null, 0);
    }

    private SendRecord Append(int dataBytes)
    {
        _tail = pool.Rent(WireLimits.DataOverheadBytes + dataBytes, stream, WrittenOffset);
        _tail.FrameBytes = WireLimits.DataOverheadBytes;
        _unsent.Enqueue(_tail);
        return _tail;
    }
}
