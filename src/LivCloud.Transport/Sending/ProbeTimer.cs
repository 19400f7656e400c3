using LivCloud.Transport.Measuring;

namespace LivCloud.Transport.Sending;

/// <summary>Notices that nothing is heard of packets that are in flight: then one is sent again, and when that does not help either, the path is held for out.</summary>
internal sealed class ProbeTimer(RoundTrip roundTrip)
{
    private const int ExpiriesToOutage = 3;
    private static readonly TimeSpan MinLimit = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);
    private Instant? _since;
    private Instant _progressAt;
    private int _expiries;

    /// <summary>Whether the path is held for out: then only probes are sent.</summary>
    public bool IsOutage => _expiries >= ExpiriesToOutage;

    /// <summary>How long the path has been out; zero when it is not.</summary>
    public TimeSpan OutFor(Instant now) => IsOutage ? now - _progressAt : TimeSpan.Zero;

    /// <summary>When it expires; null when nothing is in flight.</summary>
    public Instant? DueAt(bool isAnyInFlight) => _since is { } since && (isAnyInFlight || IsOutage) ? since + Wait : null;

    private TimeSpan Wait
    {
        get
        {
            var limit = roundTrip.Smoothed + (roundTrip.Variation * 4) + Slack;
            var doubled = (limit < MinLimit ? MinLimit : limit) * (1 << Math.Min(_expiries, 10));
            var longest = LongestWait + roundTrip.Smoothed;
            return doubled < longest ? doubled : longest;
        }
    }

    /// <summary>Notes that a packet leaves; the first one after a while starts the timer.</summary>
    public void OnSent(Instant now, bool wasIdle)
    {
        if (_since is null || (wasIdle && !IsOutage))
        {
            (_since, _progressAt) = (now, now);
        }
    }

    /// <summary>Notes that packets have arrived.</summary>
    /// <returns>How long the path was out, when it was.</returns>
    public TimeSpan? OnProgress(Instant now)
    {
        TimeSpan? outage = IsOutage ? now - _progressAt : null;
        (_expiries, _since, _progressAt) = (0, now, now);
        return outage;
    }

    /// <summary>Notes that it has expired.</summary>
    /// <returns>Whether the path is held for out from now on.</returns>
    public bool OnExpired(Instant now)
    {
        _since = now;
        return ++_expiries == ExpiriesToOutage;
    }
}
