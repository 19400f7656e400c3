using System.Buffers.Binary;

namespace LivCloud.Transport.Packets;

/// <summary>How missing packets are written in a loss report (draft-gg-udt-03, section 3.3): a word for one, two for a range, the first with its top bit set.</summary>
internal static class LossList
{
    /// <summary>The bytes of one number.</summary>
    public const int WordBytes = 4;

    private const uint RangeFlag = 0x8000_0000;

    /// <summary>Writes ranges as long as there is room.</summary>
    /// <param name="ranges">The ranges, in order.</param>
    /// <param name="destination">Where to.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(ReadOnlySpan<SequenceRange> ranges, Span<byte> destination)
    {
        var written = 0;
        foreach (var range in ranges)
        {
            var isOne = range.First == range.Last;
            if (destination.Length - written < (isOne ? WordBytes : 2 * WordBytes))
            {
                break;
            }

            BinaryPrimitives.WriteUInt32BigEndian(destination[written..], isOne ? range.First.Value : range.First.Value | RangeFlag);
            written += WordBytes;
            if (!isOne)
            {
                BinaryPrimitives.WriteUInt32BigEndian(destination[written..], range.Last.Value);
                written += WordBytes;
            }
        }

        return written;
    }

    /// <summary>Takes the next range off a report.</summary>
    /// <param name="report">What is left of it.</param>
    /// <param name="range">The range.</param>
    /// <returns>false at the end, and at what is no range: what follows can not be read either.</returns>
    public static bool TryTake(ref ReadOnlySpan<byte> report, out SequenceRange range)
    {
        range = default;
        if (report.Length < WordBytes)
        {
            return false;
        }

        var word = BinaryPrimitives.ReadUInt32BigEndian(report);
        var first = new SequenceNumber(word & SequenceNumber.Max);
        if ((word & RangeFlag) == 0)
        {
            report = report[WordBytes..];
            range = new SequenceRange(first, first);
            return true;
        }

        if (report.Length < 2 * WordBytes)
        {
            return false;
        }

        var end = BinaryPrimitives.ReadUInt32BigEndian(report[WordBytes..]);
        var last = new SequenceNumber(end & SequenceNumber.Max);
        if ((end & RangeFlag) != 0 || last < first)
        {
            return false;
        }

        report = report[(2 * WordBytes)..];
        range = new SequenceRange(first, last);
        return true;
    }
}
