using System.Globalization;
using System.Xml.Linq;

namespace LivCloud.Libvirt.Xml;

/// <summary>Reads sizes with a unit, as in &lt;memory unit='MiB'&gt;64&lt;/memory&gt;. Without a unit they are KiB.</summary>
internal static class ScaledSize
{
    internal static bool TryRead(XElement element, out long bytes)
    {
        bytes = 0;
        if (UnitBytes(element.Attribute("unit")?.Value ?? "KiB") is not { } unit
            || !long.TryParse(element.Value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue / unit)
        {
            return false;
        }

        bytes = number * unit;
        return true;
    }

    // formatdomain.html: "k" and "KiB" are 1024, "KB" is 1000, and so on; case does not matter (virScaleInteger).
    private static long? UnitBytes(string unit) => unit.ToUpperInvariant() switch
    {
        "B" or "BYTES" => 1,
        "KB" => 1_000,
        "K" or "KIB" => 1L << 10,
        "MB" => 1_000_000,
        "M" or "MIB" => 1L << 20,
        "GB" => 1_000_000_000,
        "G" or "GIB" => 1L << 30,
        "TB" => 1_000_000_000_000,
        "T" or "TIB" => 1L << 40,
        "PB" => 1_000_000_000_000_000,
        "P" or "PIB" => 1L << 50,
        _ => null,
    };
}
