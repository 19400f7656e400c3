namespace LivCloud.Transport.Congestion;

/// <summary>Whether those who keep a queue full give way when packets are lost: the queue shows it.</summary>
/// <remarks>A flow that takes a loss for congestion, as CUBIC does (RFC 9438), leaves the queue shorter for seconds. One that does not care, as BBR's first version, may empty it for a
/// moment after it has probed, and fills it again: so the shortest queue before a loss is compared with the longest some round trips after it.</remarks>
internal sealed class YieldWatch
{
    /// <summary>By how much of all that is on its way the queue is shorter then. CUBIC's decrease makes 0.3 of its own part, and some of that has grown again.</summary>
    private const double Shorter = 0.04;

    /// <summary>What is believed when no loss shows it for long.</summary>
    private const double Unknown = 0.4;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(15);
    private const double Weight = 1 / 3.0;

    // Half a round trip each.
    private const int SlotsBefore = 10, SlotsBetween = 4, SlotsAfter = 8;
    private readonly double[] _before = new double[SlotsBefore];
    private Instant _slotSince;
    private double _sum, _shortestBefore, _longestAfter;
    private int _count, _slot, _slotsSinceLoss;
    private bool _isWaiting;

    /// <summary>How sure it is that they give way: 0 to 1. At first they are taken to.</summary>
    public double GiveWay { get; private set; } = 1;

    /// <summary>Takes them for others than before.</summary>
    public void Forget() => (GiveWay, _isWaiting) = (1, false);

    /// <summary>Takes a report.</summary>
    /// <param name="report">It.</param>
    /// <param name="queueSeconds">The queue.</param>
    /// <param name="isOverflow">Whether packets were lost to a long queue.</param>
    public void Add(in ArrivalReport report, double queueSeconds, bool isOverflow)
    {
        if (isOverflow && !_isWaiting)
        {
            (_isWaiting, _slotsSinceLoss, _longestAfter, _shortestBefore) = (true, 0, 0, _before.Min());
        }

        _sum += queueSeconds;
        _count++;
        var length = report.Now - _slotSince;
        if (length < report.SmoothedRoundTrip / 2)
        {
            return;
        }

        var mean = _sum / _count;
        (_slotSince, _sum, _count) = (report.Now, 0, 0);
        _before[_slot] = mean;
        _slot = (_slot + 1) % SlotsBefore;
        if (!_isWaiting)
        {
            GiveWay += (Unknown - GiveWay) * Math.Min(1, length / Memory);
        }
        else if (++_slotsSinceLoss > SlotsBetween)
        {
            _longestAfter = Math.Max(_longestAfter, mean);
            if (_slotsSinceLoss == SlotsBetween + SlotsAfter)
            {
                Judge(report.MinimumRoundTrip);
            }
        }
    }

    private void Judge(TimeSpan roundTrip)
    {
        _isWaiting = false;
        var gaveWay = _shortestBefore - _longestAfter > Shorter * (roundTrip.TotalSeconds + _shortestBefore);
        GiveWay += ((gaveWay ? 1 : 0) - GiveWay) * Weight;
    }
}
