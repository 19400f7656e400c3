namespace LivCloud.Transport.Congestion;

/// <summary>What is sent beside somebody who keeps the queue full: much as BBR's first version sends (draft-cardwell-iccrg-bbr-congestion-control-00).</summary>
/// <remarks>A queue does not make it less, nor does a loss; only less that arrives does. How much of the queue is its own depends on whether the others give way when packets are
/// lost: beside those who do, as CUBIC does, a window of less than BBR's is an even share; beside those who do not, as BBR's first version, only a larger one keeps a share at all.</remarks>
internal sealed class Contest
{
    private const double ProbeGain = 1.25, WindowBesideYielding = 1.6, WindowBesideOthers = 2.6;
    private const double MinPacketsPerSecond = 16;
    private const int Phases = 8, Rounds = 10, SpareWindow = 4;
    private readonly YieldWatch _others = new();
    private readonly double[] _rates = new double[Rounds];
    private int _round, _phase;
    private Instant _phaseSince;

    /// <summary>How many packets may be in flight.</summary>
    public double Window { get; private set; }

    /// <summary>Packets per second.</summary>
    public double PacketsPerSecond { get; private set; }

    /// <summary>Begins a contest.</summary>
    /// <param name="continues">Whether it goes on where the last one ended: that was not long ago.</param>
    /// <param name="rate">Packets per second that arrive.</param>
    /// <param name="now">Now.</param>
    public void Begin(bool continues, double rate, Instant now)
    {
        (_phase, _phaseSince) = (0, now);
        if (!continues)
        {
            Array.Clear(_rates);
            _rates[_round] = rate;
            _others.Forget();
        }
    }

    /// <summary>Takes a report.</summary>
    /// <param name="report">It.</param>
    /// <param name="rate">Packets per second that arrived in the last round trip; null when it is not known.</param>
    /// <param name="queueSeconds">The queue.</param>
    /// <param name="isNewRound">Whether a round trip has ended in which there was enough to send: otherwise what arrives says less than was known.</param>
    /// <param name="isOverflow">Whether packets were lost to a long queue in it.</param>
    public void Add(in ArrivalReport report, double? rate, double queueSeconds, bool isNewRound, bool isOverflow)
    {
        _others.Add(report, queueSeconds, isOverflow);
        if (isNewRound)
        {
            _round = (_round + 1) % Rounds;
            _rates[_round] = 0;
        }

        _rates[_round] = Math.Max(_rates[_round], rate ?? 0);
        var bandwidth = _rates.Max();
        var minimum = report.MinimumRoundTrip;
        var product = bandwidth * minimum.TotalSeconds;
        if (report.Now - _phaseSince > minimum || (_phase == 1 && report.InFlight <= product))
        {
            (_phase, _phaseSince) = ((_phase + 1) % Phases, report.Now);
        }

        Window = (((_others.GiveWay * WindowBesideYielding) + ((1 - _others.GiveWay) * WindowBesideOthers)) * product) + SpareWindow;
        PacketsPerSecond = Math.Max(MinPacketsPerSecond, bandwidth) * _phase switch { 0 => ProbeGain, 1 => 2 - ProbeGain, _ => 1 };
    }
}
