using System.Globalization;
using LivCloud.Core;

namespace LivCloud.Channel.Links;

/// <summary>Decides between TCP and UDT by the path's round trip.</summary>
/// <remarks>
/// With a short round trip TCP repairs losses as fast and takes less of the processor; with a long one a loss costs TCP's window or its
/// start-up most of the rate, and UDT little. Both are tried at once, so choosing costs no time unless UDP gets no answer.
/// </remarks>
internal static class TransportChoice
{
    private static readonly TimeSpan ShortRoundTrip = TimeSpan.FromMilliseconds(5);

    /// <summary>UDT's handshake takes two round trips, TCP's one; and a lost packet of it costs a quarter of a second.</summary>
    private static readonly TimeSpan LostPacket = TimeSpan.FromMilliseconds(300);

    /// <summary>How long UDT is waited for after TCP has connected.</summary>
    /// <param name="roundTrip">What connecting over TCP took.</param>
    /// <returns>null when TCP is taken at once.</returns>
    public static TimeSpan? Patience(TimeSpan roundTrip) => roundTrip < ShortRoundTrip ? null : (roundTrip * 2) + LostPacket;

    /// <summary>Why TCP was taken at once.</summary>
    public static string Short(TimeSpan roundTrip) => $"the round trip of {Text(roundTrip)} is short";

    /// <summary>Why UDT was taken.</summary>
    public static string Long(TimeSpan roundTrip) => $"the round trip of {Text(roundTrip)} is long";

    /// <summary>Why TCP was taken although the round trip is long.</summary>
    public static string NoUdp(TimeSpan patience) => $"nothing answers over UDP within {Text(patience)}";

    /// <summary>Whether TCP, which ran beside UDT on the same path, has shown to be worth leaving UDT for: half as much again.</summary>
    public static bool IsWorthLeaving(Bandwidth udt, Bandwidth tcp) => tcp.BitsPerSecond > 0 && tcp.BitsPerSecond * 2 >= udt.BitsPerSecond * 3;

    /// <summary>Why UDT was left.</summary>
    public static string HeldDown(Bandwidth udt, Bandwidth tcp) => $"UDP is held down on the way: {udt} over UDT beside {tcp} over TCP";

    private static string Text(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0.#} ms");
}
