namespace LivCloud.Transport.Packets;

/// <summary>Numbers packets: on the wire with 31 bits that go round, inside by an index that counts from 0 and does not.</summary>
/// <param name="first">The number of the connection's first packet.</param>
internal readonly struct SequenceSpace(SequenceNumber first)
{
    /// <summary>The number of a packet.</summary>
    public SequenceNumber NumberOf(long index) => new((uint)(first.Value + index) & SequenceNumber.Max);

    /// <summary>The index of a number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="near">An index less than 2^30 away from it.</param>
    public long IndexOf(SequenceNumber number, long near) => near + (number - NumberOf(near));
}
