namespace LivCloud.Channel;

/// <summary>Packets with data that were sent.</summary>
/// <param name="Sent">All, those that were sent again included.</param>
/// <param name="SentAgain">Those that were sent again, for the most part because they were lost.</param>
public readonly record struct PacketCount(long Sent, long SentAgain)
{
    /// <summary>Both together.</summary>
    public static PacketCount operator +(PacketCount one, PacketCount other) => new(one.Sent + other.Sent, one.SentAgain + other.SentAgain);
}
