using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LivCloud.Core;

/// <summary>A number of bytes as people write it; units are binary (1 MiB is 1048576 bytes), and "MB" or "M" mean MiB as with QEMU.</summary>
/// <param name="Bytes">The size, 0 or more.</param>
public readonly record struct ByteSize(long Bytes)
{
    private static readonly (string Letter, int Shift)[] Units = [("t", 40), ("g", 30), ("m", 20), ("k", 10)];

    /// <summary>Reads a size such as "512MiB", "1G" or "4096".</summary>
    /// <returns>false for no number, an unknown unit, a negative size or one above 8 EiB.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out ByteSize size)
    {
        size = default;
        var rest = text?.Trim().ToLowerInvariant();
        if (string.IsNullOrEmpty(rest))
        {
            return false;
        }

        rest = rest.EndsWith("ib", StringComparison.Ordinal) ? rest[..^2] : rest.EndsWith('b') ? rest[..^1] : rest;
        var shift = 0;
        foreach (var (letter, unitShift) in Units)
        {
            if (rest.EndsWith(letter, StringComparison.Ordinal))
            {
                (rest, shift) = (rest[..^1], unitShift);
                break;
            }
        }

        if (!decimal.TryParse(rest.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            || value > long.MaxValue || value * (1L << shift) > long.MaxValue)
        {
            return false;
        }

        size = new ByteSize((long)(value * (1L << shift)));
        return true;
    }

    /// <summary>The size in its largest fitting unit, such as "512 MiB".</summary>
    public override string ToString()
    {
        foreach (var (letter, shift) in Units)
        {
            if (Bytes >= 1L << shift)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{Bytes / (double)(1L << shift):0.##} {letter.ToUpperInvariant()}iB");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Bytes} B");
    }
}
