namespace LivCloud.Transport.Buffers;

/// <summary>The payloads of packets that follow each other, in chunks that are made when the first packet of one comes and used again when it has gone.</summary>
/// <remarks>A packet's index counts from 0 at the connection's first and never goes round. Only memory for what lies between the two ends is held.</remarks>
/// <param name="payloadBytes">The longest payload.</param>
/// <param name="capacity">How many packets there may be between the first and the last, at most.</param>
internal sealed class PacketStore(int payloadBytes, int capacity)
{
    // Below the size from which .NET keeps arrays apart.
    private const int ChunkBytes = 64 << 10;
    private readonly int _perChunk = Math.Max(1, ChunkBytes / payloadBytes);
    private readonly Stack<byte[]> _free = [];
    private byte[]?[] _chunks = new byte[]?[4];
    private ushort[] _lengths = new ushort[1024];
    private long _begin;

    /// <summary>How many packets there may be; it may be raised.</summary>
    public int Capacity { get; set; } = capacity;

    /// <summary>The longest payload, in bytes.</summary>
    public int PayloadBytes { get; } = payloadBytes;

    /// <summary>The first packet that is held.</summary>
    public long Begin => _begin;

    /// <summary>The payload of a packet that was stored.</summary>
    public Span<byte> this[long index] => Slot(index)[.._lengths[index & (_lengths.Length - 1)]];

    /// <summary>How long the payload of a packet is.</summary>
    public int LengthOf(long index) => _lengths[index & (_lengths.Length - 1)];

    /// <summary>The room of a packet, whose length is then set by <see cref="SetLength"/>.</summary>
    /// <param name="index">From <see cref="Begin"/> to less than <see cref="Capacity"/> behind it.</param>
    public Span<byte> Slot(long index)
    {
        EnsureLengths(index);
        var number = index / _perChunk;
        if (number - (_begin / _perChunk) >= _chunks.Length)
        {
            GrowChunks(number);
        }

        ref var chunk = ref _chunks[number % _chunks.Length];
        chunk ??= _free.TryPop(out var used) ? used : new byte[_perChunk * PayloadBytes];
        return chunk.AsSpan((int)(index % _perChunk) * PayloadBytes, PayloadBytes);
    }

    /// <summary>Sets how much of a packet's room is its payload.</summary>
    public void SetLength(long index, int bytes)
    {
        EnsureLengths(index);
        _lengths[index & (_lengths.Length - 1)] = (ushort)bytes;
    }

    /// <summary>Forgets the packets before one.</summary>
    public void Release(long begin)
    {
        for (var number = _begin / _perChunk; number < begin / _perChunk; number++)
        {
            ref var chunk = ref _chunks[number % _chunks.Length];
            if (chunk is not null)
            {
                _free.Push(chunk);
                chunk = null;
            }
        }

        _begin = begin;
    }

    /// <summary>Gives back what was kept for packets to come.</summary>
    public void Trim() => _free.Clear();

    private void EnsureLengths(long index)
    {
        if (index - _begin < _lengths.Length)
        {
            return;
        }

        var grown = new ushort[_lengths.Length * 2];
        while (grown.Length <= index - _begin)
        {
            grown = new ushort[grown.Length * 2];
        }

        for (var i = _begin; i < _begin + _lengths.Length; i++)
        {
            grown[i & (grown.Length - 1)] = _lengths[i & (_lengths.Length - 1)];
        }

        _lengths = grown;
    }

    private void GrowChunks(long number)
    {
        var first = _begin / _perChunk;
        var size = _chunks.Length;
        while (number - first >= size)
        {
            size *= 2;
        }

        var grown = new byte[]?[size];
        for (var i = first; i < first + _chunks.Length; i++)
        {
            grown[i % size] = _chunks[i % _chunks.Length];
        }

        _chunks = grown;
    }
}
