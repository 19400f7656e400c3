using System.Buffers.Binary;

namespace LivCloud.Transport.Packets;

/// <summary>The body of <see cref="ControlType.Acknowledgement"/>: light with only the number, full, or full with rates (draft-gg-udt-03, section 3.3).</summary>
internal readonly record struct AcknowledgementPacket
{
    /// <summary>The length of a light one.</summary>
    public const int LightBytes = 4;

    /// <summary>The length of a full one without rates.</summary>
    public const int FullBytes = 16;

    /// <summary>The length of a full one with rates.</summary>
    public const int LongBytes = 24;

    /// <summary>The first packet that has not arrived.</summary>
    public required SequenceNumber Cumulative { get; init; }

    /// <summary>Whether only <see cref="Cumulative"/> is said.</summary>
    public required bool IsLight { get; init; }

    /// <summary>The time of a round trip, in microseconds.</summary>
    public uint RoundTripMicroseconds { get; init; }

    /// <summary>Its variation, in microseconds.</summary>
    public uint VariationMicroseconds { get; init; }

    /// <summary>For how many packets there is room; the draft says bytes.</summary>
    public int FreePackets { get; init; }

    /// <summary>How many packets arrive in a second; 0 when it is not said.</summary>
    public int ArrivalsPerSecond { get; init; }

    /// <summary>How many packets the path could carry in a second; 0 when it is not said.</summary>
    public int CapacityPerSecond { get; init; }

    /// <summary>Reads a body.</summary>
    /// <returns>false when it is too short.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out AcknowledgementPacket acknowledgement)
    {
        acknowledgement = default;
        if (body.Length < LightBytes)
        {
            return false;
        }

        var cumulative = new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(body) & SequenceNumber.Max);
        acknowledgement = body.Length < FullBytes
            ? new AcknowledgementPacket { Cumulative = cumulative, IsLight = true }
            : new AcknowledgementPacket
            {
                Cumulative = cumulative,
                IsLight = false,
                RoundTripMicroseconds = BinaryPrimitives.ReadUInt32BigEndian(body[4..]),
                VariationMicroseconds = BinaryPrimitives.ReadUInt32BigEndian(body[8..]),
                FreePackets = BinaryPrimitives.ReadInt32BigEndian(body[12..]),
                ArrivalsPerSecond = body.Length < LongBytes ? 0 : BinaryPrimitives.ReadInt32BigEndian(body[16..]),
                CapacityPerSecond = body.Length < LongBytes ? 0 : BinaryPrimitives.ReadInt32BigEndian(body[20..]),
            };
        return true;
    }

    /// <summary>Writes it: light, or with rates.</summary>
    /// <returns>How many bytes.</returns>
    public int Write(Span<byte> body)
    {
        BinaryPrimitives.WriteUInt32BigEndian(body, Cumulative.Value);
        if (IsLight)
        {
            return LightBytes;
        }

        BinaryPrimitives.WriteUInt32BigEndian(body[4..], RoundTripMicroseconds);
        BinaryPrimitives.WriteUInt32BigEndian(body[8..], VariationMicroseconds);
        BinaryPrimitives.WriteInt32BigEndian(body[12..], FreePackets);
        BinaryPrimitives.WriteInt32BigEndian(body[16..], ArrivalsPerSecond);
        BinaryPrimitives.WriteInt32BigEndian(body[20..], CapacityPerSecond);
        return LongBytes;
    }
}
