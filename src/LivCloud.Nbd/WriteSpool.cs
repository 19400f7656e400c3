namespace LivCloud.Nbd;

/// <summary>
/// Requests that have not left yet, in their order. A write to the very bytes of one that waits takes its place: a client that copies the same
/// cluster again and again is answered at once, and only what it wrote last is sent. Not thread-safe.
/// </summary>
public sealed class WriteSpool
{
    /// <summary>How many bytes may wait; a single request may be longer.</summary>
    public const int CapacityBytes = 2 << 20;

    /// <summary>How many requests may wait.</summary>
    public const int MaxRequests = 256;

    private readonly Queue<Entry> _entries = [];
    private long _bytes;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Puts a write in the place of one to the same bytes.</summary>
    /// <param name="request">The write.</param>
    /// <param name="buffer">Its bytes; the spool keeps it.</param>
    /// <param name="replaced">The buffer that it takes the place of.</param>
    public bool TryReplace(in NbdRequest request, byte[] buffer, out byte[]? replaced)
    {
        replaced = null;
        foreach (var entry in _entries)
        {
            if (entry.MayBeReplaced && entry.IsSameAs(request))
            {
                (replaced, entry.Buffer) = (entry.Buffer, buffer);
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether there is room for another request.</summary>
    public bool HasRoomFor(in NbdRequest request) => IsEmpty || (_entries.Count < MaxRequests && _bytes + request.PayloadBytes <= CapacityBytes);

    /// <summary>Adds a request behind all others.</summary>
    /// <param name="request">The request, as it is sent.</param>
    /// <param name="buffer">Its bytes; the spool keeps it.</param>
    /// <param name="mayBeReplaced">Whether a later write to the same bytes may take its place.</param>
    public void Add(in NbdRequest request, byte[] buffer, bool mayBeReplaced)
    {
        foreach (var entry in _entries)
        {
            // What comes between two writes to the same bytes would else come after both.
            entry.MayBeReplaced &= !entry.Request.Conflicts(request);
        }

        _entries.Enqueue(new Entry(request, buffer) { MayBeReplaced = mayBeReplaced && request.Command == NbdCommand.Write });
        _bytes += request.PayloadBytes;
    }

    /// <summary>Takes the first request.</summary>
    public bool TryTake(out NbdRequest request, out byte[] buffer)
    {
        var taken = _entries.TryDequeue(out var entry);
        (request, buffer) = entry is null ? (default, []) : (entry.Request, entry.Buffer);
        _bytes -= request.PayloadBytes;
        return taken;
    }

    private sealed class Entry(NbdRequest request, byte[] buffer)
    {
        public NbdRequest Request => request;

        public byte[] Buffer { get; set; } = buffer;

        public bool MayBeReplaced { get; set; }

        public bool IsSameAs(in NbdRequest other) =>
            request.Command == other.Command && request.Flags == other.Flags && request.Offset == other.Offset && request.Length == other.Length;
    }
}
