namespace LivCloud.Transport.Packets;

/// <summary>The number of a data packet: 31 bits that go round (draft-gg-udt-03, section 6.1).</summary>
/// <remarks>Two numbers can be compared as long as they are less than 2^30 apart, which every window sees to.</remarks>
/// <param name="Value">0 to 2^31 - 1.</param>
internal readonly record struct SequenceNumber(uint Value)
{
    /// <summary>The greatest; 0 follows it.</summary>
    public const uint Max = 0x7FFF_FFFF;

    /// <summary>The number that follows.</summary>
    public SequenceNumber Next => this + 1;

    /// <summary>The number before.</summary>
    public SequenceNumber Previous => this + -1;

    /// <summary>The number some places further, or back when <paramref name="offset"/> is negative.</summary>
    public static SequenceNumber operator +(SequenceNumber number, int offset) => new(unchecked(number.Value + (uint)offset) & Max);

    /// <summary>How many places <paramref name="to"/> is behind <paramref name="from"/>; negative when it is before.</summary>
    public static int operator -(SequenceNumber to, SequenceNumber from) => unchecked((int)(to.Value - from.Value) << 1) >> 1;

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(SequenceNumber left, SequenceNumber right) => left - right < 0;

    /// <summary>Whether <paramref name="left"/> comes behind <paramref name="right"/>.</summary>
    public static bool operator >(SequenceNumber left, SequenceNumber right) => left - right > 0;

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/> or is it.</summary>
    public static bool operator <=(SequenceNumber left, SequenceNumber right) => left - right <= 0;

    /// <summary>Whether <paramref name="left"/> comes behind <paramref name="right"/> or is it.</summary>
    public static bool operator >=(SequenceNumber left, SequenceNumber right) => left - right >= 0;
}
