using System.Buffers.Binary;

namespace LivCloud.Agent.LinkTests;

/// <summary>What the receiver of a link test tells now and then.</summary>
/// <param name="Elapsed">The time since the first byte came.</param>
/// <param name="Bytes">How many have come.</param>
internal readonly record struct ArrivalMark(TimeSpan Elapsed, long Bytes)
{
    /// <summary>The length on the wire: two numbers of 8 bytes, big-endian; the time in microseconds.</summary>
    public const int WireBytes = 16;

    /// <summary>More than any test takes, and little enough to reckon with.</summary>
    private const long LongestMicroseconds = 86_400_000_000, MostBytes = 1L << 50;

    /// <summary>Writes it.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64BigEndian(destination, Elapsed.Ticks / TimeSpan.TicksPerMicrosecond);
        BinaryPrimitives.WriteInt64BigEndian(destination[sizeof(long)..], Bytes);
    }

    /// <summary>Reads one that a peer sent after another.</summary>
    /// <exception cref="InvalidDataException">It is before the other.</exception>
    public static ArrivalMark Read(ReadOnlySpan<byte> source, ArrivalMark last)
    {
        var microseconds = BinaryPrimitives.ReadInt64BigEndian(source);
        var bytes = BinaryPrimitives.ReadInt64BigEndian(source[sizeof(long)..]);
        return microseconds >= last.Elapsed.TotalMicroseconds && microseconds < LongestMicroseconds && bytes >= last.Bytes && bytes < MostBytes
            ? new ArrivalMark(new TimeSpan(microseconds * TimeSpan.TicksPerMicrosecond), bytes)
            : throw new InvalidDataException("The other agent counts what can not be.");
    }

    /// <summary>What arrived since an earlier one, in bits per second.</summary>
    public long BitsPerSecondSince(ArrivalMark earlier) =>
        Elapsed > earlier.Elapsed ? (long)((Bytes - earlier.Bytes) * 8 / (Elapsed - earlier.Elapsed).TotalSeconds) : 0;
}
