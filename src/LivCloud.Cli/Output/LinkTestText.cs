using System.Globalization;
using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Output;

/// <summary>A link test in words.</summary>
internal static class LinkTestText
{
    /// <summary>By how much a transport has to be faster to be called so: less is chance.</summary>
    private const double Clearly = 1.1;

    /// <summary>The run that is under way, in a line; null when there is none.</summary>
    public static string? Progress(LinkTest test) => test.Runs is [.., var run] && run.Problem is null
        ? string.Create(CultureInfo.InvariantCulture,
            $"{Name(run.Transport)} {run.Seconds,5:0.0} s: {new Bandwidth(run.BitsPerSecond)}, round trip {run.LoadedRoundTripMs:0.0} ms, {run.SentAgainPct:0.00} % sent again")
        : null;

    /// <summary>All that was measured, and what follows from it.</summary>
    public static string Result(LinkTest test)
    {
        var table = new TextTable("TRANSPORT", "RATE", "WHOLE RUN", "RTT IDLE", "RTT BUSY", "SENT AGAIN");
        foreach (var run in test.Runs.Where(run => run.Problem is null))
        {
            table.Add(
                Name(run.Transport), new Bandwidth(run.BitsPerSecond).ToString(), new Bandwidth(run.AverageBitsPerSecond).ToString(),
                Milliseconds(run.RoundTripMs), Milliseconds(run.LoadedRoundTripMs), string.Create(CultureInfo.InvariantCulture, $"{run.SentAgainPct:0.00} %"));
        }

        var problems = test.Runs.Where(run => run.Problem is not null).Select(run => $"{Name(run.Transport)}: {run.Problem}");
        return string.Join('\n', [.. test.Runs.Any(run => run.Problem is null) ? [table.ToString()] : (string[])[], .. problems, .. Verdict(test)]);
    }

    private static IEnumerable<string> Verdict(LinkTest test)
    {
        var runs = test.Runs.Where(run => run.Problem is null).OrderByDescending(run => run.BitsPerSecond).ToList();
        if (test.Runs.Count < 2 || runs.Count == 0)
        {
            yield break;
        }

        var word = runs[0].Transport.ToString().ToLowerInvariant();
        yield return runs.Count == 2 && runs[0].BitsPerSecond < runs[1].BitsPerSecond * Clearly
            ? $"Both are about as fast to {test.Host}."
            : $"{Name(runs[0].Transport)} is faster to {test.Host}: `livcloud migrate VM --to {test.Host} --transport {word}`.";
    }

    private static string Name(LinkTransport transport) => transport.ToString().ToUpperInvariant();

    private static string Milliseconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} ms");
}
