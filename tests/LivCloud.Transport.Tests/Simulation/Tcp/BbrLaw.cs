namespace LivCloud.Transport.Tests.Simulation.Tcp;

/// <summary>BBR as Linux has it (version 1, draft-cardwell-iccrg-bbr-congestion-control-00).</summary>
internal sealed class BbrLaw(Random random) : ITcpLaw
{
    private const double HighGain = 2.885;
    private static readonly double[] _cycle = [1.25, 0.75, 1, 1, 1, 1, 1, 1];
    private readonly double[] _rates = new double[10];
    private long _round, _roundEndsAt;
    private double _full;
    private int _fullRounds, _phase;
    private Mode _mode;
    private Instant _phaseSince, _leastAt;
    private Instant? _probeEnds;
    private TimeSpan _least = TimeSpan.MaxValue;

    private enum Mode
    {
        Startup,
        Drain,
        ProbeBandwidth,
        ProbeRoundTrip,
    }

    public double Window => _mode == Mode.ProbeRoundTrip ? 4 : Math.Max(10, WindowGain * Product) + 3;

    public double? PacketsPerSecond => Bandwidth == 0 ? null : 0.99 * PaceGain * Bandwidth;

    private double Bandwidth => _rates.Max();

    private double Product => _least == TimeSpan.MaxValue ? 0 : Bandwidth * _least.TotalSeconds;

    private double WindowGain => _mode is Mode.Startup or Mode.Drain ? HighGain : 2;

    private double PaceGain => _mode switch
    {
        Mode.Startup => HighGain,
        Mode.Drain => 1 / HighGain,
        Mode.ProbeBandwidth => _cycle[_phase],
        _ => 1,
    };

    public void OnAcknowledged(in TcpSample sample)
    {
        var isNewRound = sample.DeliveredWhenSent >= _roundEndsAt;
        if (isNewRound)
        {
            _roundEndsAt = sample.Delivered;
            _rates[++_round % _rates.Length] = 0;
        }

        ref var rate = ref _rates[_round % _rates.Length];
        rate = Math.Max(rate, sample.Rate);
        var isStale = sample.Now - _leastAt > TimeSpan.FromSeconds(10);
        if (sample.RoundTrip <= _least || isStale)
        {
            (_least, _leastAt) = (sample.RoundTrip, sample.Now);
        }

        switch (_mode)
        {
            case Mode.Startup when isNewRound:
                (_full, _fullRounds) = Bandwidth >= 1.25 * _full ? (Bandwidth, 0) : (_full, _fullRounds + 1);
                _mode = _fullRounds >= 3 ? Mode.Drain : Mode.Startup;
                break;
            case Mode.Drain when sample.InFlight <= Product:
                Cruise(sample.Now);
                break;
            case Mode.ProbeBandwidth when sample.Now - _phaseSince > _least && (PaceGain <= 1 || sample.InFlight >= 1.25 * Product || sample.Now - _phaseSince > _least * 2):
            case Mode.ProbeBandwidth when PaceGain < 1 && sample.InFlight <= Product:
                (_phase, _phaseSince) = ((_phase + 1) % _cycle.Length, sample.Now);
                break;
            case Mode.ProbeRoundTrip when sample.InFlight <= 4 && _probeEnds is null:
                _probeEnds = sample.Now + TimeSpan.FromMilliseconds(200);
                break;
            case Mode.ProbeRoundTrip when _probeEnds <= sample.Now:
                _leastAt = sample.Now;
                Cruise(sample.Now);
                break;
        }

        if (isStale && _mode != Mode.ProbeRoundTrip)
        {
            (_mode, _probeEnds) = (Mode.ProbeRoundTrip, null);
        }
    }

    /// <summary>It does not matter.</summary>
    public void OnLost(Instant now)
    {
    }

    private void Cruise(Instant now)
    {
        var phase = random.Next(7);
        (_mode, _phaseSince, _phase) = (Mode.ProbeBandwidth, now, phase == 0 ? 0 : phase + 1);
    }
}
