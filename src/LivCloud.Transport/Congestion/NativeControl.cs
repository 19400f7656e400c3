namespace LivCloud.Transport.Congestion;

/// <summary>UDT's own control law, DAIMD (draft-gg-udt-03, section 6.2), as libudt 4.11 computes it, but for a slip that takes a rate for its inverse.</summary>
/// <param name="segmentBytes">The longest packet with the headers of IP and UDP.</param>
/// <param name="maxWindow">The peer's flow window, at which slow start ends.</param>
/// <param name="random">For the decreases that are left out.</param>
internal sealed class NativeControl(int segmentBytes, int maxWindow, Random random) : ICongestionControl
{
    private static readonly TimeSpan Syn = TimeSpan.FromMilliseconds(10);
    private const double SynMicroseconds = 10_000, Decrease = 1.125, MinIncrease = 0.01;
    private const int MaxDecreases = 5;
    private double _periodMicroseconds = 1;
    private bool _slowStart = true, _lost;
    private Instant? _ranAt;
    private long _lastCumulative, _lastDecreaseNext = -1;
    private double _lastDecreasePeriod = 1;
    private double _averageReports;
    private int _reports, _randomInterval = 1, _decreases;
    private double _arrivals, _capacity, _roundTripMicroseconds = 100_000;

    /// <inheritdoc/>
    public double PacketsPerSecond => 1e6 / _periodMicroseconds;

    /// <inheritdoc/>
    public double Window { get; private set; } = 16;

    /// <inheritdoc/>
    public void OnAcknowledgement(in Acknowledgement acknowledgement)
    {
        (_arrivals, _capacity) = (acknowledgement.ArrivalsPerSecond, acknowledgement.CapacityPerSecond);
        _roundTripMicroseconds = acknowledgement.RoundTrip.TotalMicroseconds;
        if (acknowledgement.Now - _ranAt < Syn)
        {
            return;
        }

        _ranAt = acknowledgement.Now;
        if (_slowStart)
        {
            Window += acknowledgement.Cumulative - _lastCumulative;
            _lastCumulative = acknowledgement.Cumulative;
            if (Window > maxWindow)
            {
                LeaveSlowStart();
            }

            return;
        }

        Window = (_arrivals / 1e6 * (_roundTripMicroseconds + SynMicroseconds)) + 16;
        if (_lost)
        {
            _lost = false;
            return;
        }

        var increase = Increase();
        _periodMicroseconds = _periodMicroseconds * SynMicroseconds / ((_periodMicroseconds * increase) + SynMicroseconds);
    }

    /// <inheritdoc/>
    public void OnLossReport(long first, long next)
    {
        if (_slowStart)
        {
            LeaveSlowStart();
            if (_arrivals > 0)
            {
                return;
            }
        }

        _lost = true;
        if (first > _lastDecreaseNext)
        {
            _lastDecreasePeriod = _periodMicroseconds;
            _periodMicroseconds = Math.Ceiling(_periodMicroseconds * Decrease);
            _averageReports = Math.Ceiling((_averageReports * 0.875) + (_reports * 0.125));
            (_reports, _decreases, _lastDecreaseNext) = (1, 1, next - 1);
            _randomInterval = Math.Max(1, (int)Math.Ceiling(_averageReports * random.NextDouble()));
        }
        else if (_decreases++ < MaxDecreases && ++_reports % _randomInterval == 0)
        {
            _periodMicroseconds = Math.Ceiling(_periodMicroseconds * Decrease);
            _lastDecreaseNext = next - 1;
        }
    }

    /// <inheritdoc/>
    public void OnTimeout()
    {
        if (_slowStart)
        {
            LeaveSlowStart();
        }
    }

    /// <summary>Of no use to this law.</summary>
    public void OnArrivals(in ArrivalReport report)
    {
    }

    /// <summary>Of no use to this law.</summary>
    public void OnLimited(int inFlight)
    {
    }

    /// <summary>Of no use to this law.</summary>
    public void OnOutageOver(TimeSpan outage, Instant now)
    {
    }

    // Packets per SYN.
    private double Increase()
    {
        var spare = _capacity - PacketsPerSecond;
        if (_periodMicroseconds > _lastDecreasePeriod && _capacity / 9 < spare)
        {
            spare = _capacity / 9;
        }

        return spare <= 0 ? MinIncrease : Math.Max(Math.Pow(10, Math.Ceiling(Math.Log10(spare * segmentBytes * 8))) * 1.5e-6 / segmentBytes, MinIncrease);
    }

    private void LeaveSlowStart()
    {
        _slowStart = false;
        _periodMicroseconds = _arrivals > 0 ? 1e6 / _arrivals : (_roundTripMicroseconds + SynMicroseconds) / Window;
    }
}
