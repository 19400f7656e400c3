using LivCloud.Api;
using LivCloud.Channel;
using LivCloud.Core;

namespace LivCloud.Agent.LinkTests;

/// <summary>What the marks of a link test say together.</summary>
/// <param name="transport">Over what it runs.</param>
/// <param name="idle">The round trip before it began.</param>
/// <param name="length">How long is sent.</param>
/// <param name="before">What had been sent before.</param>
internal sealed class LinkTestCourse(LinkTransport transport, TimeSpan idle, TimeSpan length, PacketCount before)
{
    private ArrivalMark _last, _told, _half;
    private long _previousRate;
    private double _roundTripSum;
    private int _roundTrips;

    /// <summary>Whether the far end has counted anything.</summary>
    public bool HasMarks => _last.Bytes > 0;

    /// <summary>Takes a mark.</summary>
    /// <param name="wire">As it came.</param>
    /// <param name="roundTrip">The round trip now.</param>
    /// <param name="interval">How often it is worth telling.</param>
    /// <returns>Whether it is again.</returns>
    /// <exception cref="InvalidDataException">It makes no sense.</exception>
    public bool Take(ReadOnlySpan<byte> wire, TimeSpan roundTrip, TimeSpan interval)
    {
        var mark = ArrivalMark.Read(wire, _last);
        _half = mark.Elapsed <= length / 2 ? mark : _half;
        (_last, _roundTripSum, _roundTrips) = (mark, _roundTripSum + roundTrip.TotalMilliseconds, _roundTrips + 1);
        if (mark.Elapsed - _told.Elapsed < interval)
        {
            return false;
        }

        _previousRate = mark.BitsPerSecondSince(_told);
        _told = mark;
        return true;
    }

    /// <summary>What is known so far.</summary>
    /// <param name="now">What has been sent now.</param>
    /// <param name="isOver">Whether that is all.</param>
    public LinkTestRun Describe(PacketCount now, bool isOver) => new()
    {
        Transport = transport,
        Seconds = _last.Elapsed.TotalSeconds,
        BitsPerSecond = isOver ? _last.BitsPerSecondSince(_half) : _previousRate,
        AverageBitsPerSecond = _last.BitsPerSecondSince(default),
        RoundTripMs = idle.TotalMilliseconds,
        LoadedRoundTripMs = _roundTrips == 0 ? 0 : _roundTripSum / _roundTrips,
        SentAgainPct = now.Sent > before.Sent && now.SentAgain >= before.SentAgain ? 100.0 * (now.SentAgain - before.SentAgain) / (now.Sent - before.Sent) : 0,
    };
}
