using LivCloud.Transport.Measuring;

namespace LivCloud.Transport.Congestion;

/// <summary>The modern law: it finds the path's rate as BBR does, from what arrives, and holds the queue before the narrowest link at a few milliseconds.</summary>
/// <remarks>
/// Its input is exact: counts of arrivals by the receiver's clock, the way's delay against its least, and the full list of what is missing. Loss alone
/// does not slow it; loss together with a queue does. What is measured with an almost empty queue is the path's own loss, and is sent on top.
/// </remarks>
internal sealed partial class QueueBoundControl : ICongestionControl
{
    /// <summary>The pace before anything was measured: 10 Mbit/s with full packets.</summary>
    public const double InitialPacketsPerSecond = 833;

    private const double MinPacketsPerSecond = 16;
    private const double MaxTargetQueueSeconds = 0.015;

    /// <summary>Flows of this law do not let the queue stand at this length.</summary>
    private const double BusyQueueSeconds = 0.015, BusyTargets = 1.33;
    private static readonly TimeSpan DelayWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan StartupSampleWindow = TimeSpan.FromMilliseconds(30);
    private readonly Random _random;
    private readonly RateHistory _history = new();
    private readonly WindowedMaximum _bandwidth = new();
    private readonly WindowedMinimum _leastDelay = new(DelayWindow);
    private readonly PeakDelay _peakDelay = new(DelayWindow);
    private readonly PeakDelay _recentPeak = new(DelayWindow / 2);
    private readonly LossRounds _losses = new();
    private readonly Competition _competition;
    private readonly Contest _contest = new();
    private readonly StartPulses _start = new();

    private State _state = State.Startup;
    private Instant _stateSince;
    private Instant _begunAt;
    private Instant? _lastReportAt;
    private Instant _noCutUntil;
    private Instant _minimumTouchedAt;
    private Instant _emptySince;
    private Instant _cruiseUntil;
    private Instant _averagedAt;
    private TimeSpan _newestArrivedAt;
    private Instant _shareSince;
    private long _limitedUntilArrived;
    private long _arrived;
    private bool _hasBegun, _afterStartup;
    private double _lastSample, _probeGain, _probeBase, _probeBest, _queueSeconds, _averageQueueSeconds;
    private TimeSpan _smoothed, _minimum;

    /// <summary>Begins at the initial pace.</summary>
    /// <param name="random">For the lengths of cycles, so that flows do not probe together.</param>
    /// <param name="roundTrip">What the handshake measured.</param>
    public QueueBoundControl(Random random, TimeSpan roundTrip)
    {
        _random = random;
        _competition = new Competition(random);
        (_smoothed, _minimum) = (roundTrip, roundTrip);
        PacketsPerSecond = InitialPacketsPerSecond;
        Window = 300;
    }

    /// <summary>Whether it yields to whoever else uses the path, rather than share with them.</summary>
    public bool IsBackground { get; set; }

    /// <inheritdoc/>
    public double PacketsPerSecond { get; private set; }

    /// <inheritdoc/>
    public double Window { get; private set; }

    /// <summary>Whether it still looks for the path's rate.</summary>
    public bool IsStartingUp => _state == State.Startup;

    /// <summary>The rate of the path as far as is known, in packets per second.</summary>
    public double Bandwidth => _bandwidth.Value;

    /// <summary>The queue before the narrowest link.</summary>
    public TimeSpan Queue => TimeSpan.FromSeconds(_queueSeconds);

    /// <summary>The queue that it aims at.</summary>
    public TimeSpan TargetQueue => TimeSpan.FromSeconds(TargetQueueSeconds);

    /// <summary>What it is doing, for tests and traces.</summary>
    public string Phase => _contends ? "Contest" : _state.ToString();

    /// <inheritdoc/>
    public void OnArrivals(in ArrivalReport report)
    {
        var now = report.Now;
        (_smoothed, _minimum) = (report.SmoothedRoundTrip, report.MinimumRoundTrip);
        Begin(now);
        NoteGap(now);
        NoteDelay(report);
        NoteRate(report);
        if (_losses.Add(report))
        {
            OnRoundEnd(now);
        }

        if (Contends(report))
        {
            return;
        }

        Advance(report);
        CutIfCongested(report);
        SetOutputs(report);
    }

    /// <inheritdoc/>
    public void OnLimited(int inFlight)
    {
        _limitedUntilArrived = Math.Max(_limitedUntilArrived, _arrived + inFlight);
        _start.OnLimited();
    }

    /// <inheritdoc/>
    public void OnOutageOver(TimeSpan outage, Instant now)
    {
        _history.Clear();
        if (outage < TimeSpan.FromSeconds(1))
        {
            _bandwidth.Reset(_bandwidth.Value * 0.75, now);
            Enter(State.Cruise, now);
            _cruiseUntil = now + (_smoothed * 2) + Milliseconds(100);
            ForbidCuts(now + _smoothed + Milliseconds(100));
        }
        else
        {
            _bandwidth.Reset(Math.Max(InitialPacketsPerSecond, _bandwidth.Value / 4), now);
            _lastSample = 0;
            _start.Restart();
            Enter(State.Startup, now);
        }
    }

    /// <summary>Packets take another way now: what was learnt of delays is void, and what is on its way can not tell how much arrives.</summary>
    public void OnPathChanged(Instant now)
    {
        _leastDelay.Clear();
        _peakDelay.Clear();
        _recentPeak.Clear();
        _competition.Clear();
        _history.Clear();
        _averageQueueSeconds = 0;
        _minimumTouchedAt = now;
        ForbidCuts(now + _smoothed + Milliseconds(100));
    }

    /// <summary>Of no use to this law: it needs reports of arrivals.</summary>
    public void OnAcknowledgement(in Acknowledgement acknowledgement)
    {
    }

    /// <summary>Of no use to this law: it needs reports of arrivals.</summary>
    public void OnLossReport(long first, long next)
    {
    }

    /// <summary>Of no use to this law: <see cref="OnOutageOver"/> tells it.</summary>
    public void OnTimeout()
    {
    }

    private void Begin(Instant now)
    {
        if (_hasBegun)
        {
            return;
        }

        _hasBegun = true;
        (_begunAt, _stateSince, _minimumTouchedAt, _emptySince, _noCutUntil) = (now, now, now, now, now);
    }

    // A silence that was no outage would otherwise be read as a low rate.
    private void NoteGap(Instant now)
    {
        if (_lastReportAt is { } last && now - last > Longer(Milliseconds(150), _minimum / 2))
        {
            _history.Clear();
            _losses.Restart();
            ForbidCuts(now + _smoothed + Milliseconds(50));
        }

        _lastReportAt = now;
    }

    private void NoteDelay(in ArrivalReport report)
    {
        var least = _leastDelay.Add(report.OneWayDelay.Ticks, report.Now);
        _queueSeconds = (report.OneWayDelay.Ticks - least) / (double)TimeSpan.TicksPerSecond;

        // While a queue stands, packets come without a pause: a delay behind one is that of a host or a link that stood still, not of a deep buffer.
        if (report.ArrivedAt - _newestArrivedAt < LongestPause)
        {
            _peakDelay.Add(_queueSeconds, report.Now);
            _recentPeak.Add(_queueSeconds, report.Now);
        }

        _newestArrivedAt = report.ArrivedAt;
        var weight = (report.Now - _averagedAt) / Longer(_smoothed * 2, Milliseconds(100));
        _averageQueueSeconds += (_queueSeconds - _averageQueueSeconds) * Math.Clamp(weight, 0, 1);
        _averagedAt = report.Now;
        _competition.Add(!IsLimited && _queueSeconds > Math.Max(BusyQueueSeconds * Scale, BusyTargets * TargetQueueSeconds), report.Now, _minimum);
        if (_queueSeconds >= Math.Max(0.0015 * Scale, 0.3 * TargetQueueSeconds))
        {
            _emptySince = report.Now;
        }

        if (report.RoundTrip <= _minimum + Longer(Milliseconds(2), _minimum * 0.03))
        {
            _minimumTouchedAt = report.Now;
        }
    }

    private void NoteRate(in ArrivalReport report)
    {
        _arrived = report.Arrived;
        _history.Add(report);
        var window = _state == State.Startup ? StartupSampleWindow : Clamp(_minimum / 2, Milliseconds(40), Milliseconds(100));
        if (_history.Rate(window, out var since) is not { } sample)
        {
            return;
        }

        _lastSample = sample;
        if (since > _limitedUntilArrived || sample > _bandwidth.Value)
        {
            _bandwidth.Add(sample, report.Now, (Cycle * 2.5) + (_minimum * 2));
        }

        _probeBest = Math.Max(_probeBest, sample);
    }

    /// <summary>The rate of what arrived in the last while; null when it is not known, or when there was too little to send for it to say anything of the path.</summary>
    private double? Share(TimeSpan window) => _history.Rate(window, out var since) is { } rate && since > _limitedUntilArrived ? rate : null;

    private TimeSpan Cycle => Longer(_minimum * 8, Milliseconds(600)) * (IsBackground ? 2 : 1);

    private bool IsLimited => _arrived < _limitedUntilArrived;

    private bool Competes => _competition.IsOn && !IsBackground && _state != State.Startup;

    private double TargetQueueSeconds
    {
        get
        {
            if (IsBackground)
            {
                return Math.Max(0.002 * RecentScale, 0.0006);
            }

            // A slower flow bears more delay than a faster one: that is what makes the shares of several even.
            var target = Math.Clamp(0.005 * Math.Sqrt(8127 / Math.Max(_bandwidth.Value, 1)), 0.002, MaxTargetQueueSeconds);
            return Math.Max(target * RecentScale, 0.0008);
        }
    }

    // Before a short buffer all lengths of queues are shorter, in the same proportions.
    private double Scale => ScaleOf(_peakDelay);

    // What it aims at follows what all flows have seen lately: one that remembers more of its own past than another would take another share.
    private double RecentScale => ScaleOf(_recentPeak);

    private static double ScaleOf(PeakDelay peak) => Math.Clamp(peak.Value / 2 / MaxTargetQueueSeconds, 0.05, 1);

    // Refills what the path loses by itself; with all loss, two flows before a short queue would push each other out.
    private double Compensation => 1 / (1 - Math.Min(_losses.Base, 0.05));

    private void SetOutputs(in ArrivalReport report)
    {
        var bandwidth = _bandwidth.Value;
        if (bandwidth <= 0)
        {
            return;
        }

        var target = TargetQueueSeconds;
        PacketsPerSecond = Math.Max(MinPacketsPerSecond, _state switch
        {
            State.Startup => Math.Max(InitialPacketsPerSecond, _start.Pace(bandwidth, report.Now)),
            State.Drain => bandwidth * DrainGain(report.Now),
            State.Cruise => CruisePace(target),
            State.Probe => bandwidth * (1 + _probeGain) * (_queueSeconds < target + (0.005 * Scale) ? Compensation : 1),
            State.ProbeWait => bandwidth * (_queueSeconds < target + (0.003 * Scale) ? Compensation : 1),
            State.MinRtt => bandwidth * 0.9,
        });

        var minimum = _minimum.TotalSeconds;
        Window = _state switch
        {
            State.Startup => Math.Max(300, (3.5 * bandwidth * (minimum + 0.030)) + 100),
            State.MinRtt => (bandwidth * minimum * 0.5) + 16,
            State.Drain or State.Cruise or State.Probe or State.ProbeWait =>
                ((bandwidth * ((minimum * 1.25) + 0.035)) + 64) * (_state == State.Probe ? 1.1 : 1),
        };
    }

    private double DrainGain(Instant now) =>
        _afterStartup && _queueSeconds > 0.030 && now - _stateSince > _smoothed + Milliseconds(20) ? 0.5 : 0.75;

    private double CruisePace(double target)
    {
        var reference = _bandwidth.Value;
        var isQueued = _queueSeconds > target + (0.003 * Scale);
        if (isQueued && Share(Longer(Milliseconds(50), _minimum)) is { } current)
        {
            // With a queue that stands, what arrives is this flow's share.
            reference = Math.Min(reference, current);
        }

        var gain = 0.4 / Math.Max(_minimum.TotalSeconds, 0.020);
        return reference * (1 + Math.Clamp(gain * (target - _queueSeconds), -0.12, 0.03)) * (isQueued ? 1 : Compensation);
    }

    private void ForbidCuts(Instant until) => _noCutUntil = Instant.Later(_noCutUntil, until);

    private static TimeSpan Milliseconds(double value) => TimeSpan.FromMilliseconds(value);

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;

    private enum State
    {
        /// <summary>Grows until the path's rate shows.</summary>
        Startup,

        /// <summary>Empties the queue.</summary>
        Drain,

        /// <summary>Holds the queue at its target.</summary>
        Cruise,

        /// <summary>Sends more for a moment, to see whether more arrives.</summary>
        Probe,

        /// <summary>Waits for what the probe showed.</summary>
        ProbeWait,

        /// <summary>Sends less for a moment, to see the path's own round trip.</summary>
        MinRtt,
    }
}
