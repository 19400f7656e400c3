namespace LivCloud.Transport.Congestion;

/// <summary>Which state follows which, and when the rate is cut.</summary>
internal sealed partial class QueueBoundControl
{
    private static readonly TimeSpan LongestCruise = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ContestMemory = TimeSpan.FromSeconds(10);

    /// <summary>For how many round trips the queue is empty before more is tried, at least; at random more, so that flows that see it empty together do not try together.</summary>
    private const double ShortestPatience = 1.5;

    /// <summary>What is kept of the rate in the background where others keep a queue.</summary>
    private const double YieldFactor = 0.7;

    /// <summary>Packets per second that are kept in the background in any case: 1 Mbit/s.</summary>
    private const double LeastInBackground = 85;
    private bool _roundEnded, _contends;
    private Instant? _contestEndedAt;
    private Instant _noShareUntil;
    private double _patience = ShortestPatience;

    /// <summary>Beside somebody who keeps the queue full, the contest decides instead of the states.</summary>
    private bool Contends(in ArrivalReport report)
    {
        var now = report.Now;
        if (Competes)
        {
            var rate = Share(_smoothed);
            if (!_contends)
            {
                _contends = true;
                _contest.Begin(continues: now - _contestEndedAt < ContestMemory, rate ?? _bandwidth.Value, now);
            }

            var isOverflow = _roundEnded && _losses.Share > (2 * _losses.Base) + 0.0005 && _queueSeconds > 0.5 * _peakDelay.Value;
            _contest.Add(report, rate, _queueSeconds, _roundEnded && rate is not null, isOverflow);
            _roundEnded = false;
            (PacketsPerSecond, Window) = (_contest.PacketsPerSecond, _contest.Window);
        }
        else if (_contends)
        {
            // To see whether the others are still there, it holds what it had, as far as the queue lets it.
            _contends = false;
            _contestEndedAt = now;
            if (Share(Longer(_smoothed * 2, Milliseconds(100))) is { } share)
            {
                _bandwidth.Reset(share, now);
            }

            _noShareUntil = now + TimeSpan.FromSeconds(1);
            ForbidCuts(_noShareUntil);
            Enter(State.Cruise, now);
        }

        return _contends;
    }

    private void Advance(in ArrivalReport report)
    {
        var now = report.Now;
        var inState = now - _stateSince;
        switch (_state)
        {
            case State.Startup when FindsStartupOver(report):
                LeaveStartup(now);
                break;
            case State.Drain when IsDrained(report) || inState > (_minimum * 2) + Milliseconds(200):
                _afterStartup = false;
                Enter(State.Cruise, now);
                break;
            case State.Cruise when !_competition.IsLikely && now >= _noShareUntil && !IsLimited && _averageQueueSeconds > TargetQueueSeconds + (0.0005 * Scale) && inState > _smoothed * 2 && now - _shareSince > _smoothed * 2:
                TakeShare(now);
                break;
            case State.Cruise when now - _minimumTouchedAt > TimeSpan.FromSeconds(8):
                Enter(State.MinRtt, now);
                break;
            case State.Cruise when !IsLimited && (IsProbeDue(now) || IsEmptyForLong(now)):
                Probe(now, gain: 0);
                break;
            case State.Probe when inState > ProbeLength:
                Enter(State.ProbeWait, now);
                break;
            case State.ProbeWait when inState > _smoothed + Milliseconds(30):
                if (_probeBest > (1 + (0.4 * _probeGain)) * _probeBase && _queueSeconds < TargetQueueSeconds + (0.005 * Scale))
                {
                    // More arrives, and the queue is short: there is more, and perhaps much more. With a longer queue it would be taken from others.
                    Probe(now, gain: _probeGain * 2);
                }
                else
                {
                    Enter(State.Drain, now);
                }

                break;
            case State.MinRtt when inState > Milliseconds(200) + _minimum:
                _minimumTouchedAt = now;
                Enter(State.Cruise, now);
                break;
        }
    }

    // Whatever fires first: a queue while less arrives than is sent, no growth, or loss.
    private bool FindsStartupOver(in ArrivalReport report)
    {
        if (_lastSample > 0)
        {
            _start.Add(report, _lastSample, _bandwidth.Value, _queueSeconds);
        }

        return _start.IsOver || (_losses.RunningLost > 30 && _losses.RunningShare > 0.08 && report.Now - _begunAt > _minimum);
    }

    private void LeaveStartup(Instant now)
    {
        _afterStartup = true;
        ForbidCuts(now + (_smoothed * 2.5) + Milliseconds(120));
        Enter(State.Drain, now);
    }

    private bool IsDrained(in ArrivalReport report) =>
        report.InFlight <= _bandwidth.Value * (_minimum.TotalSeconds + 0.0075 + (TargetQueueSeconds / 2));

    // With a queue that stands at its target the path is full: more is only tried to share with others, and to see how long the queue may become.
    private bool IsProbeDue(Instant now) =>
        now >= _cruiseUntil && (_averageQueueSeconds < 0.5 * TargetQueueSeconds || now - _stateSince > LongestCruise);

    private bool IsEmptyForLong(Instant now) =>
        !IsBackground && now - _emptySince > (_smoothed * _patience) + Milliseconds(50) && now - _stateSince > _smoothed * 2;

    private TimeSpan ProbeLength => Clamp(_minimum * 0.4, Milliseconds(50), Milliseconds(80));

    // With a queue that stands longer than ours may, what arrives is this flow's share, whatever it got once.
    private void TakeShare(Instant now)
    {
        _shareSince = now;
        if (Share(Longer(_smoothed * 2, Milliseconds(100))) is { } share && share < _bandwidth.Value)
        {
            _bandwidth.Reset(IsBackground ? Math.Max(LeastInBackground, share * YieldFactor) : share, now);
        }
    }

    private void Probe(Instant now, double gain)
    {
        // No more than the buffer bears beside what stands in it: what overflows is lost to everybody.
        var room = ((0.7 * _peakDelay.Value) - _queueSeconds) / ProbeLength.TotalSeconds;
        (_probeBase, _probeBest, _probeGain) = (_bandwidth.Value, 0, IsBackground ? 0.12 : Math.Clamp(Math.Max(room, gain), 0.06, 0.25));
        Enter(State.Probe, now);
    }

    private void OnRoundEnd(Instant now)
    {
        if (_state == State.Cruise && _queueSeconds < Math.Min(0.010, 0.3 * _peakDelay.Value))
        {
            _losses.LearnBase();
        }

        _roundEnded = true;
    }

    private void CutIfCongested(in ArrivalReport report)
    {
        var now = report.Now;
        var roundEnded = _roundEnded;
        _roundEnded = false;
        if (_state == State.Startup || now < _noCutUntil)
        {
            return;
        }

        if (IsBackground)
        {
            if (_queueSeconds > Math.Clamp(0.5 * _peakDelay.Value, 0.002, 0.010))
            {
                Yield(now);
            }

            return;
        }

        var target = TargetQueueSeconds;
        var tolerated = 0.02 + (1.5 * _losses.Base);
        var isLossy = roundEnded && _losses.Share > tolerated
            && (_queueSeconds > Math.Min(target + 0.005, _peakDelay.Value / 2) || _losses.Share > 0.10);
        var isLate = _state is State.Cruise or State.Drain && now - _stateSince > (_smoothed * 1.2) + Milliseconds(20)
            && _queueSeconds > Math.Max(0.030, 4 * target);
        if (!isLossy && !isLate)
        {
            return;
        }

        ForbidCuts(now + (_smoothed * 1.5) + Milliseconds(20));
        if (Share(Longer(Milliseconds(40), _minimum / 2)) is not { } current)
        {
            return;
        }

        if (current < 0.98 * _bandwidth.Value)
        {
            _bandwidth.Reset(Math.Max(current, 0.7 * _bandwidth.Value), now);
        }

        Enter(State.Drain, now);
    }

    private void Yield(Instant now)
    {
        ForbidCuts(now + _smoothed + Milliseconds(20));
        var current = Share(Longer(Milliseconds(50), _minimum)) ?? _bandwidth.Value;
        _bandwidth.Reset(Math.Max(LeastInBackground, YieldFactor * Math.Min(_bandwidth.Value, current)), now);
        Enter(State.Cruise, now);
    }

    private void Enter(State state, Instant now)
    {
        (_state, _stateSince) = (state, now);
        if (state == State.Cruise)
        {
            _cruiseUntil = now + (Cycle * (0.75 + (_random.NextDouble() / 2)));
            _patience = ShortestPatience * (1 + _random.NextDouble());
        }
    }
}
