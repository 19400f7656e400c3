using System.Globalization;

namespace LivCloud.Bench.Transport;

/// <summary>What one transfer showed.</summary>
/// <param name="Marks">How many bytes had arrived when, in seconds since the connection was accepted.</param>
/// <param name="SendCpuPerGigabyte">Processor seconds of the sender for each 10^9 bytes.</param>
/// <param name="ReceiveCpuPerGigabyte">Those of the receiver.</param>
/// <param name="RetransmittedShare">The share of packets that were sent again; null when the tool does not tell.</param>
internal sealed record TransportRun(IReadOnlyList<(double Seconds, long Bytes)> Marks, double SendCpuPerGigabyte, double ReceiveCpuPerGigabyte, double? RetransmittedShare)
{
    /// <summary>Mbit/s of payload between two times.</summary>
    public double Goodput(double from, double to) => (BytesAt(to) - BytesAt(from)) * 8 / (to - from) / 1e6;

    /// <summary>Reads the lines of a receiver that marks its progress.</summary>
    public static List<(double Seconds, long Bytes)> ReadMarks(string output) =>
    [
        .. output.Split('\n').Where(line => line.StartsWith("mark ", StringComparison.Ordinal)).Select(line => line.Split(' '))
            .Select(words => (double.Parse(words[1], CultureInfo.InvariantCulture), long.Parse(words[2], CultureInfo.InvariantCulture))),
    ];

    /// <summary>Reads a number behind a word.</summary>
    public static double? Number(string output, string word)
    {
        var words = output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var at = Array.LastIndexOf(words, word);
        return at >= 0 && at + 1 < words.Length && double.TryParse(words[at + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>Processor seconds of a program for each 10^9 bytes: since it was warm, when it says so (our own, which is compiled as it begins to run), else of the whole run.</summary>
    public static double CpuPerGigabyte(string output) =>
        (Number(output, "warm-cpu") ?? Number(output, "cpu") ?? 0) / Math.Max(1, Number(output, "warm-bytes") ?? Number(output, "bytes") ?? 0) * 1e9;

    private double BytesAt(double seconds)
    {
        var (before, at) = ((Seconds: 0.0, Bytes: 0L), Marks.FirstOrDefault(mark => mark.Seconds >= seconds));
        foreach (var mark in Marks)
        {
            if (mark.Seconds >= seconds)
            {
                break;
            }

            before = mark;
        }

        return at.Seconds <= before.Seconds
            ? before.Bytes
            : before.Bytes + ((at.Bytes - before.Bytes) * (seconds - before.Seconds) / (at.Seconds - before.Seconds));
    }
}
