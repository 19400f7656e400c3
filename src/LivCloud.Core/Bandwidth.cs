using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LivCloud.Core;

/// <summary>A rate of data, in bits per second as links are sold; 1 kbit is 1000 bits.</summary>
/// <param name="BitsPerSecond">The rate; more than 0 when it came from <see cref="TryParse"/>.</param>
public readonly record struct Bandwidth(long BitsPerSecond)
{
    private static readonly (string Suffix, long Bits)[] Units =
    [
        ("gbit", 1_000_000_000), ("mbit", 1_000_000), ("kbit", 1_000), ("bit", 1),
    ];

    /// <summary>The same rate in bytes per second, rounded down.</summary>
    public long BytesPerSecond => BitsPerSecond / 8;

    /// <summary>Reads a rate such as "200mbit", "1.5gbit" or "64kbit"; "/s" may follow, case does not matter.</summary>
    /// <returns>false for no number, no unit, a rate below 1 bit/s or above 1000 Tbit/s.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Bandwidth bandwidth)
    {
        bandwidth = default;
        var rest = text?.Trim().ToLowerInvariant();
        if (string.IsNullOrEmpty(rest))
        {
            return false;
        }

        rest = rest.EndsWith("/s", StringComparison.Ordinal) ? rest[..^2] : rest;
        foreach (var (suffix, bits) in Units)
        {
            if (rest.EndsWith(suffix, StringComparison.Ordinal))
            {
                var number = rest[..^suffix.Length].Trim();
                if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                    || value is <= 0 or > 1_000_000_000_000_000m || value * bits is < 1 or > 1_000_000_000_000_000m)
                {
                    return false;
                }

                bandwidth = new Bandwidth((long)(value * bits));
                return true;
            }
        }

        return false;
    }

    /// <summary>The rate in its largest fitting unit, such as "200 Mbit/s".</summary>
    public override string ToString() => BitsPerSecond switch
    {
        >= 1_000_000_000 => Format(1_000_000_000, "Gbit/s"),
        >= 1_000_000 => Format(1_000_000, "Mbit/s"),
        >= 1_000 => Format(1_000, "kbit/s"),
        _ => Format(1, "bit/s"),
    };

    private string Format(long unit, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{BitsPerSecond / (double)unit:0.##} {name}");
}
