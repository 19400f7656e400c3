using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LivCloud.Core;

/// <summary>Reads and writes spans of time as people type them.</summary>
public static class Duration
{
    private static readonly (string Suffix, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond), ("s", TimeSpan.TicksPerSecond),
        ("min", TimeSpan.TicksPerMinute), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>Reads a span such as "300ms", "1.5s", "10m" or "2h".</summary>
    /// <returns>false for no number, no unit, a negative span or one above 10,000 hours.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan span)
    {
        span = default;
        var rest = text?.Trim().ToLowerInvariant();
        if (string.IsNullOrEmpty(rest))
        {
            return false;
        }

        foreach (var (suffix, ticks) in Units)
        {
            if (rest.EndsWith(suffix, StringComparison.Ordinal)
                && decimal.TryParse(rest[..^suffix.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            {
                if (value > 36_000_000_000_000m || value * ticks > 10_000L * TimeSpan.TicksPerHour)
                {
                    return false;
                }

                span = new TimeSpan((long)(value * ticks));
                return true;
            }
        }

        return false;
    }

    /// <summary>The span in the unit that suits it, such as "300 ms", "12.4 s" or "3 min 5 s".</summary>
    public static string Format(TimeSpan span) => span switch
    {
        _ when span < TimeSpan.FromSeconds(1) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0} ms"),
        _ when span < TimeSpan.FromMinutes(2) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalMinutes} min {span.Seconds} s"),
    };
}
