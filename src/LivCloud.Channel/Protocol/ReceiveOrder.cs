namespace LivCloud.Channel.Protocol;

/// <summary>The receiving direction of a stream: puts bytes in order by their offset, whatever links they came by, and drops repeated ones.</summary>
/// <remarks>
/// Bytes are kept at their place in a grid of blocks, so that memory is bounded by the window however they are cut. What lies beyond the
/// first gap is a list of spans, bounded by <see cref="MaxSpans"/>.
/// </remarks>
internal sealed class ReceiveOrder
{
    /// <summary>The most separate spans of bytes that wait for something before them.</summary>
    public const int MaxSpans = 16384;

    private readonly BlockPool _pool;
    private readonly int _blockBytes;
    private readonly byte[]?[] _blocks;
    private readonly List<(long Start, long End)> _beyond = [];

    public ReceiveOrder(BlockPool pool, int windowBytes, int blockBytes)
    {
        _pool = pool;
        _blockBytes = blockBytes;
        _blocks = new byte[]?[(windowBytes / blockBytes) + 2];
    }

    /// <summary>How many bytes the application has read.</summary>
    public long ReadOffset { get; private set; }

    /// <summary>Up to where every byte was received.</summary>
    public long ContiguousOffset { get; private set; }

    /// <summary>The end of what was received, gaps or not.</summary>
    public long HighestOffset { get; private set; }

    /// <summary>How many bytes can be read now.</summary>
    public long Available => ContiguousOffset - ReadOffset;

    /// <summary>Keeps what is new of these bytes. The caller has checked that they lie within the window.</summary>
    /// <returns>false when there are too many gaps; nothing was kept then.</returns>
    public bool TryStore(long offset, ReadOnlySpan<byte> bytes)
    {
        var end = offset + bytes.Length;
        if (end <= ContiguousOffset)
        {
            return true;
        }

        if (offset < ContiguousOffset)
        {
            bytes = bytes[(int)(ContiguousOffset - offset)..];
            offset = ContiguousOffset;
        }

        if (offset > ContiguousOffset && !TryAddSpan(offset, end))
        {
            return false;
        }

        Copy(offset, bytes);
        HighestOffset = Math.Max(HighestOffset, end);
        if (offset == ContiguousOffset)
        {
            ContiguousOffset = end;
            JoinSpans();
        }

        return true;
    }

    /// <summary>Hands out bytes in order.</summary>
    /// <returns>How many; 0 when none is there.</returns>
    public int Read(Span<byte> destination)
    {
        var total = (int)Math.Min(destination.Length, Available);
        var read = 0;
        while (read < total)
        {
            var within = (int)(ReadOffset % _blockBytes);
            var count = Math.Min(total - read, _blockBytes - within);
            var slot = Slot(ReadOffset);
            _blocks[slot].AsSpan(within, count).CopyTo(destination[read..]);
            read += count;
            ReadOffset += count;
            if (within + count == _blockBytes)
            {
                Release(slot);
            }
        }

        if (ReadOffset == HighestOffset)
        {
            Release(Slot(ReadOffset));
        }

        return read;
    }

    /// <summary>Drops all that was not read.</summary>
    public void Clear()
    {
        for (var slot = 0; slot < _blocks.Length; slot++)
        {
            Release(slot);
        }

        _beyond.Clear();
        ReadOffset = ContiguousOffset = HighestOffset;
    }

    private void Copy(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var within = (int)(offset % _blockBytes);
            var count = Math.Min(bytes.Length, _blockBytes - within);
            var block = _blocks[Slot(offset)] ??= _pool.Rent(_blockBytes);
            bytes[..count].CopyTo(block.AsSpan(within));
            bytes = bytes[count..];
            offset += count;
        }
    }

    private bool TryAddSpan(long start, long end)
    {
        var first = FirstSpanEndingAtOrAfter(start);
        var last = first;
        while (last < _beyond.Count && _beyond[last].Start <= end)
        {
            start = Math.Min(start, _beyond[last].Start);
            end = Math.Max(end, _beyond[last].End);
            last++;
        }

        if (last > first)
        {
            _beyond[first] = (start, end);
            _beyond.RemoveRange(first + 1, last - first - 1);
            return true;
        }

        if (_beyond.Count == MaxSpans)
        {
            return false;
        }

        _beyond.Insert(first, (start, end));
        return true;
    }

    private int FirstSpanEndingAtOrAfter(long offset)
    {
        var (low, high) = (0, _beyond.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _beyond[middle].End < offset ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void JoinSpans()
    {
        var joined = 0;
        while (joined < _beyond.Count && _beyond[joined].Start <= ContiguousOffset)
        {
            ContiguousOffset = Math.Max(ContiguousOffset, _beyond[joined].End);
            joined++;
        }

        if (joined > 0)
        {
            _beyond.RemoveRange(0, joined);
        }
    }

    private int Slot(long offset) => (int)(offset / _blockBytes % _blocks.Length);

    private void Release(int slot)
    {
        if (_blocks[slot] is { } block)
        {
            _pool.Return(block);
            _blocks[slot] = null;
        }
    }
}
