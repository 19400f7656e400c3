namespace LivCloud.Transport.Packets;

/// <summary>Packets that follow each other, both ends included.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last; not before <paramref name="First"/>.</param>
internal readonly record struct SequenceRange(SequenceNumber First, SequenceNumber Last)
{
    /// <summary>How many packets: 1 or more.</summary>
    public int Count => Last - First + 1;
}
