using System.Globalization;
using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Output;

/// <summary>Says what a migration would take.</summary>
internal static class OutlookText
{
    /// <summary>Lines for people; none when nothing was measured.</summary>
    public static IEnumerable<string> Of(Plan plan)
    {
        if (plan.Path is { } path)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  path     {new Bandwidth(path.BitsPerSecond)}, round trip {path.RoundTripMs:0.#} ms");
        }

        if (plan.Load is { Dirty: [.., var last] } load)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"  guest    uses {new ByteSize(load.UsedBytes)} of its memory and wrote to {new ByteSize(last.Bytes)} of it in {last.Seconds:0.#} s");
        }

        if (plan.Outlook is not { } outlook)
        {
            yield break;
        }

        yield return $"  moved    {Strategy(outlook)}";
        if (!outlook.Converges)
        {
            yield return "  outlook  it would not end: the guest writes faster than the path carries";
            yield break;
        }

        yield return $"  time     {Seconds(outlook.Seconds.P50)} (in nine cases of ten less than {Seconds(outlook.Seconds.P90)})";
        yield return $"  pause    {Seconds(outlook.DowntimeMs.P50 / 1000)} (less than {Seconds(outlook.DowntimeMs.P90 / 1000)})";
        yield return $"  to send  {new ByteSize((long)outlook.Bytes.P50)} (less than {new ByteSize((long)outlook.Bytes.P90)})";
    }

    private static string Strategy(Outlook outlook) => outlook.Strategy switch
    {
        PlanStrategy.PreCopy => "in passes over the memory (pre-copy)",
        PlanStrategy.AutoConverge => string.Create(CultureInfo.InvariantCulture, $"in passes, with a guest that is slowed by up to {outlook.ThrottlePct:0} % (auto-converge)"),
        PlanStrategy.PostCopy => "a pass, then the guest goes on at the destination, which asks for what it misses (post-copy)",
    };

    private static string Seconds(double seconds) => Duration.Format(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9)));
}
