using System.Buffers.Binary;

namespace LivCloud.Transport.Packets;

/// <summary>The body of <see cref="Extension.Report"/> behind the token: the same facts in every part of a report, and in each a piece of the list of what is missing.</summary>
internal readonly record struct ReportPacket
{
    /// <summary>How long it is without the list.</summary>
    public const int FixedBytes = 48;

    /// <summary>The longest list, in bytes: with headers and token it fits a datagram that every path carries.</summary>
    public const int MaxListBytes = 290 * LossList.WordBytes;

    private const uint LastFlag = 1;

    /// <summary>The first packet that has not arrived.</summary>
    public required SequenceNumber Cumulative { get; init; }

    /// <summary>The packet behind the last that has arrived.</summary>
    public required SequenceNumber End { get; init; }

    /// <summary>The first packet that is not accepted.</summary>
    public required SequenceNumber Limit { get; init; }

    /// <summary>How many packets were accepted, those that came twice included, modulo 2^32.</summary>
    public required uint Arrived { get; init; }

    /// <summary>How many of those had arrived before, modulo 2^32.</summary>
    public required uint Duplicates { get; init; }

    /// <summary>When the newest arrived, by the receiver's clock.</summary>
    public required uint ArrivedAt { get; init; }

    /// <summary>That packet's timestamp.</summary>
    public required uint Echo { get; init; }

    /// <summary>How long ago it arrived, in microseconds.</summary>
    public required uint HoldMicroseconds { get; init; }

    /// <summary>The least of the receiver's clock less the timestamp, of the packets since the last report, modulo 2^32.</summary>
    public required uint OneWayDelay { get; init; }

    /// <summary>The first packet for which the list is complete.</summary>
    public required SequenceNumber CoverFrom { get; init; }

    /// <summary>The packet behind the last for which the list is complete.</summary>
    public required SequenceNumber CoverTo { get; init; }

    /// <summary>Whether this is the report's last part.</summary>
    public required bool IsLast { get; init; }

    /// <summary>Reads a body behind its token.</summary>
    /// <returns>false when it is too short. What it says is not checked.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out ReportPacket report)
    {
        report = default;
        if (body.Length < FixedBytes)
        {
            return false;
        }

        report = new ReportPacket
        {
            Cumulative = Number(body, 0),
            End = Number(body, 1),
            Limit = Number(body, 2),
            Arrived = Word(body, 3),
            Duplicates = Word(body, 4),
            ArrivedAt = Word(body, 5),
            Echo = Word(body, 6),
            HoldMicroseconds = Word(body, 7),
            OneWayDelay = Word(body, 8),
            CoverFrom = Number(body, 9),
            CoverTo = Number(body, 10),
            IsLast = (Word(body, 11) & LastFlag) != 0,
        };
        return true;
    }

    /// <summary>Writes all but the list.</summary>
    public void Write(Span<byte> body)
    {
        ReadOnlySpan<uint> words =
        [
            Cumulative.Value, End.Value, Limit.Value, Arrived, Duplicates, ArrivedAt, Echo, HoldMicroseconds, OneWayDelay,
            CoverFrom.Value, CoverTo.Value, IsLast ? LastFlag : 0,
        ];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body[(4 * i)..], words[i]);
        }
    }

    private static uint Word(ReadOnlySpan<byte> body, int index) => BinaryPrimitives.ReadUInt32BigEndian(body[(4 * index)..]);

    private static SequenceNumber Number(ReadOnlySpan<byte> body, int index) => new(Word(body, index) & SequenceNumber.Max);
}
