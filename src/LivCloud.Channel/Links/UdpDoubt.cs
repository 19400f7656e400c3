namespace LivCloud.Channel.Links;

/// <summary>Whether UDP may be held down on the way: a part of the packets is lost all the time.</summary>
/// <remarks>A path that loses by itself looks the same; only TCP beside it can tell.</remarks>
internal sealed class UdpDoubt
{
    private const int BusyPackets = 200;
    private const double Lossy = 0.02;
    private const int Looks = 5;
    private PacketCount _last;
    private int _lossy;

    /// <summary>Takes what was sent until now; once a second.</summary>
    /// <returns>Whether it has looked like that for five busy seconds in a row.</returns>
    public bool Add(PacketCount now)
    {
        var (sent, again) = (now.Sent - _last.Sent, now.SentAgain - _last.SentAgain);
        _last = now;
        if (sent is >= 0 and < BusyPackets)
        {
            return false;
        }

        _lossy = sent > 0 && again >= Lossy * sent ? _lossy + 1 : 0;
        return _lossy >= Looks;
    }
}
