namespace LivCloud.Transport;

/// <summary>Short datagrams that answer others, in fixed room: when it is full, what comes is not answered.</summary>
internal sealed class ReplyQueue
{
    private const int Size = 256;

    /// <summary>The longest answer.</summary>
    public const int MaxBytes = 64;

    private readonly byte[] _bytes = new byte[Size * MaxBytes];
    private readonly (DatagramAddress To, int Bytes)[] _entries = new (DatagramAddress, int)[Size];
    private int _first, _count;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Room for an answer; empty when there is none.</summary>
    /// <param name="to">Whom to.</param>
    /// <param name="bytes">How long it is.</param>
    public Span<byte> Add(DatagramAddress to, int bytes)
    {
        if (_count == Size)
        {
            return default;
        }

        var at = (_first + _count++) % Size;
        _entries[at] = (to, bytes);
        return _bytes.AsSpan(at * MaxBytes, bytes);
    }

    /// <summary>Takes the next answer.</summary>
    /// <returns>How many bytes; 0 when there is none.</returns>
    public int Poll(Span<byte> destination, out DatagramAddress to)
    {
        if (_count == 0)
        {
            to = default;
            return 0;
        }

        (to, var bytes) = _entries[_first];
        _bytes.AsSpan(_first * MaxBytes, bytes).CopyTo(destination);
        (_first, _count) = ((_first + 1) % Size, _count - 1);
        return bytes;
    }
}
