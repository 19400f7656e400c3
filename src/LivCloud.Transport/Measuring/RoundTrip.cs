namespace LivCloud.Transport.Measuring;

/// <summary>The time of a round trip: smoothed (RFC 6298 section 2, UDT's section 6.5), its variation, and the least of the last seconds.</summary>
internal sealed class RoundTrip
{
    private static readonly TimeSpan MinimumWindow = TimeSpan.FromSeconds(10);
    private readonly WindowedMinimum _minimum = new(MinimumWindow);

    /// <summary>Smoothed.</summary>
    public TimeSpan Smoothed { get; private set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The smoothed difference from the smoothed time.</summary>
    public TimeSpan Variation { get; private set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The least of the last 5 to 10 seconds.</summary>
    public TimeSpan Minimum { get; private set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether any was measured.</summary>
    public bool IsMeasured { get; private set; }

    /// <summary>Takes a measured time.</summary>
    public void Add(TimeSpan sample, Instant now)
    {
        if (!IsMeasured)
        {
            (Smoothed, Variation, IsMeasured) = (sample, sample / 2, true);
        }
        else
        {
            Variation += ((sample - Smoothed).Duration() - Variation) / 4;
            Smoothed += (sample - Smoothed) / 8;
        }

        Minimum = new TimeSpan(_minimum.Add(sample.Ticks, now));
    }

    /// <summary>Forgets the least time: packets take another way now.</summary>
    public void ForgetMinimum() => _minimum.Clear();

    /// <summary>Takes what the peer of UDT's own acknowledgements says, which has smoothed it (section 6.5: the variation first).</summary>
    public void AddPeers(TimeSpan sample, Instant now)
    {
        if (!IsMeasured)
        {
            Add(sample, now);
            return;
        }

        Variation = ((Variation * 3) + (sample - Smoothed).Duration()) / 4;
        Smoothed = ((Smoothed * 7) + sample) / 8;
        Minimum = new TimeSpan(_minimum.Add(sample.Ticks, now));
    }
}
