using System.Globalization;

namespace LivCloud.Lab.Links;

/// <summary>A link's settings as options of the command line.</summary>
internal static class LinkArguments
{
    public static string[] Write(LinkSettings settings) =>
    [
        "--rate", string.Create(CultureInfo.InvariantCulture, $"{settings.Rate.BitsPerSecond}bit"),
        "--delay", string.Create(CultureInfo.InvariantCulture, $"{settings.Delay.TotalMicroseconds:0}us"),
        "--jitter", string.Create(CultureInfo.InvariantCulture, $"{settings.Jitter.TotalMicroseconds:0}us"),
        "--loss", settings.Loss.ToString("0.##########%", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal),
        "--queue", settings.Queue.ToString(),
        "--seed", settings.Seed.ToString(CultureInfo.InvariantCulture),
        "--udp-rate", string.Create(CultureInfo.InvariantCulture, $"{settings.UdpRate.BitsPerSecond}bit"),
        "--mtu", settings.Mtu.ToString(CultureInfo.InvariantCulture),
        "--grain", string.Create(CultureInfo.InvariantCulture, $"{settings.Grain.TotalMicroseconds:0}us"),
    ];
}
