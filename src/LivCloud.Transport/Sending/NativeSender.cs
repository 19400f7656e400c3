using LivCloud.Transport.Congestion;
using LivCloud.Transport.Measuring;
using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Sending;

/// <summary>What a sender learns of acknowledgements and loss reports of UDT's own (draft-gg-udt-03, section 6.1).</summary>
internal sealed class NativeSender(Scoreboard scoreboard, SequenceSpace numbers, RoundTrip roundTrip, int flowWindow)
{
    private static readonly TimeSpan TwoSyn = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaxRoundTrip = TimeSpan.FromSeconds(60);
    private long _acknowledged;
    private int _window = flowWindow;
    // libudt begins at 16 and 1 and smooths; after an early loss it then crawls for many seconds.
    private double _arrivals, _capacity;

    /// <summary>The first packet that there is no room for, at the peer or by the law's window.</summary>
    public long Limit(double controlWindow) => _acknowledged + (long)Math.Min(_window, controlWindow);

    /// <summary>When the first packet that is missing is sent again although nothing was said of it; null when it is not in flight.</summary>
    /// <remarks>libudt tells of a hole once only; if that or what was sent again is lost, it would wait for its EXP timer.</remarks>
    public Instant? DueAt => scoreboard.IsInFlight(scoreboard.Unacknowledged) ? scoreboard.SentAt(scoreboard.Unacknowledged) + Patience : null;

    private TimeSpan Patience => roundTrip.Smoothed + (roundTrip.Variation * 4) + TwoSyn;

    /// <summary>Holds the first packet for lost when it is due.</summary>
    public void OnTimeout(Instant now)
    {
        if (DueAt <= now)
        {
            scoreboard.MarkLost(scoreboard.Unacknowledged);
        }
    }

    /// <summary>Takes an acknowledgement.</summary>
    /// <param name="packet">What it says.</param>
    /// <param name="now">Now.</param>
    /// <param name="news">What the law is to know of it; null when it says nothing new.</param>
    /// <returns>false when it makes no sense.</returns>
    public bool TryAcknowledge(in AcknowledgementPacket packet, Instant now, out Acknowledgement? news)
    {
        news = null;
        var cumulative = numbers.IndexOf(packet.Cumulative, scoreboard.Unacknowledged);
        if (cumulative < 0 || cumulative > scoreboard.Next)
        {
            return false;
        }

        if (cumulative >= _acknowledged)
        {
            _window = packet.IsLight ? _window - (int)(cumulative - _acknowledged) : Math.Max(0, packet.FreePackets);
            _acknowledged = cumulative;
        }

        var isNew = cumulative > scoreboard.Unacknowledged;
        while (scoreboard.Unacknowledged < cumulative)
        {
            scoreboard.MarkArrived(scoreboard.Unacknowledged);
        }

        if (packet.IsLight || !isNew)
        {
            return true;
        }

        var sample = TimeSpan.FromMicroseconds(packet.RoundTripMicroseconds);
        roundTrip.AddPeers(sample < MaxRoundTrip ? sample : MaxRoundTrip, now);
        _arrivals = Smooth(_arrivals, packet.ArrivalsPerSecond);
        _capacity = Smooth(_capacity, packet.CapacityPerSecond);
        news = new Acknowledgement(now, cumulative, roundTrip.Smoothed, _arrivals, _capacity);
        return true;
    }

    /// <summary>Takes a loss report.</summary>
    /// <param name="list">The list.</param>
    /// <param name="now">Now.</param>
    /// <returns>The first packet that it names; null when it makes no sense.</returns>
    public long? TakeLossReport(ReadOnlySpan<byte> list, Instant now)
    {
        long? first = null;
        var behind = -1L;
        while (LossList.TryTake(ref list, out var range))
        {
            var begin = numbers.IndexOf(range.First, scoreboard.Unacknowledged);
            var end = numbers.IndexOf(range.Last, scoreboard.Unacknowledged) + 1;
            if (begin < 0 || begin <= behind || end > scoreboard.Next)
            {
                break;
            }

            first ??= begin;
            behind = end - 1;
            for (var index = Math.Max(begin, scoreboard.Unacknowledged); index < end; index++)
            {
                // What was sent again less than a round trip ago is not what the report is about.
                if (now - scoreboard.SentAt(index) >= roundTrip.Minimum * 0.9)
                {
                    scoreboard.MarkLost(index);
                }
            }
        }

        return first;
    }

    private static double Smooth(double smoothed, int sample) => sample <= 0 ? smoothed : smoothed == 0 ? sample : ((smoothed * 7) + sample) / 8;
}
