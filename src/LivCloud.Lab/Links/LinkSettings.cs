using System.Globalization;
using LivCloud.Core;

namespace LivCloud.Lab.Links;

/// <summary>What a link does to packets; the same in both directions.</summary>
/// <param name="Rate">How fast frames are put on the wire.</param>
/// <param name="Delay">The time from one end to the other, one way.</param>
/// <param name="Jitter">How far the delay varies up and down, evenly spread; packets never overtake each other.</param>
/// <param name="Loss">The part of packets that is lost at random, 0 to 1.</param>
/// <param name="Queue">How much may wait for the wire before packets are dropped.</param>
/// <param name="Seed">Start of the random numbers for jitter and loss.</param>
/// <param name="Grain">How late a frame may leave, so that several do in one go: a coarse grain saves processor time, a fine one keeps the gaps between frames.</param>
public sealed record LinkSettings(Bandwidth Rate, TimeSpan Delay, TimeSpan Jitter, double Loss, LinkQueueLimit Queue, ulong Seed, TimeSpan Grain)
{
    /// <summary>The most that UDP gets of it, as some networks have it: what is more is dropped. Zero: as much as all else.</summary>
    public Bandwidth UdpRate { get; init; }

    /// <summary>The longest IP packet that gets through, in bytes; longer ones vanish, as where a router's messages about them are filtered. Zero: any.</summary>
    public int Mtu { get; init; }

    /// <summary>What may wait when nothing else is said: 50 ms, about what home routers and cloud gateways hold.</summary>
    public static readonly LinkQueueLimit DefaultQueue = new(TimeSpan.FromMilliseconds(50), null);

    /// <summary>How late a frame may leave when nothing else is said: at 200 Mbit/s that takes half the processor time that a wake-up for each frame takes.</summary>
    public static readonly TimeSpan DefaultGrain = TimeSpan.FromMicroseconds(200);

    private static readonly TimeSpan MinGrain = TimeSpan.FromMicroseconds(20), MaxGrain = TimeSpan.FromMilliseconds(10);
    private const int MinMtu = 576, MaxMtu = 65535;
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with these settings, as a clause; null when nothing is.</summary>
    public string? Problem =>
        Rate.BitsPerSecond is < 1_000 or > 100_000_000_000 ? "the rate must be 1 kbit/s to 100 Gbit/s"
        : Delay < TimeSpan.Zero || Delay > MaxDelay ? "the delay must be 0 to 10 s"
        : Jitter < TimeSpan.Zero || Jitter > Delay ? "the jitter must not be larger than the delay"
        : Loss is not (>= 0 and <= 1) ? "the loss must be 0 to 100 %"
        : UdpRate.BitsPerSecond is not (0 or >= 1_000 and <= 10_000_000_000) ? "the rate of UDP must be 1 kbit/s to 10 Gbit/s, or 0 for no limit of its own"
        : Mtu is not (0 or >= MinMtu and <= MaxMtu) ? "the MTU must be 576 to 65535 bytes, or 0 for any length"
        : Grain < MinGrain || Grain > MaxGrain ? "the grain must be 20 us to 10 ms"
        : null;

    /// <summary>Reads a rate of UDP such as "5mbit"; "0bit" is none of its own.</summary>
    public static bool TryParseUdpRate(string text, out Bandwidth rate)
    {
        rate = default;
        return text == "0bit" || Bandwidth.TryParse(text, out rate);
    }

    /// <summary>Reads a loss such as "0.1%".</summary>
    public static bool TryParseLoss(string text, out double loss)
    {
        loss = 0;
        if (!text.EndsWith('%')
            || !double.TryParse(text[..^1].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            || percent is not (>= 0 and <= 100))
        {
            return false;
        }

        loss = percent / 100;
        return true;
    }

    /// <summary>The settings in words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Rate}, {Delay.TotalMilliseconds:0.###} ms one way ± {Jitter.TotalMilliseconds:0.###} ms, loss {Loss * 100:0.####} %, queue {Queue}{(UdpRate.BitsPerSecond > 0 ? $", UDP {UdpRate}" : "")}{(Mtu > 0 ? $", MTU {Mtu}" : "")}");
}

/// <summary>How much may wait for a link's wire: a time at the link's rate, or a number of packets.</summary>
/// <param name="Time">The longest wait; null when packets are counted.</param>
/// <param name="Packets">The most packets; null when time is counted.</param>
public readonly record struct LinkQueueLimit(TimeSpan? Time, int? Packets)
{
    /// <summary>Reads "50ms" or "1000p".</summary>
    public static bool TryParse(string text, out LinkQueueLimit limit)
    {
        limit = default;
        if (text.EndsWith('p') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var packets) && packets > 0)
        {
            limit = new LinkQueueLimit(null, packets);
            return true;
        }

        if (Duration.TryParse(text, out var time) && time > TimeSpan.Zero && time <= TimeSpan.FromSeconds(10))
        {
            limit = new LinkQueueLimit(time, null);
            return true;
        }

        return false;
    }

    /// <summary>The limit as <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Packets is { } packets ? $"{packets}p" : $"{Time?.TotalMilliseconds:0.###}ms")}");
}
