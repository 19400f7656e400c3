namespace LivCloud.Prediction.Courses;

/// <summary>How much distinct memory a guest writes within a time: it grows ever more slowly, since pages are written again.</summary>
public sealed class DirtyCurve
{
    private readonly (double Seconds, double Bytes)[] _points;
    private readonly double _most;

    private DirtyCurve((double Seconds, double Bytes)[] points, double most) => (_points, _most) = (points, most);

    /// <summary>A guest that writes nothing.</summary>
    public static DirtyCurve Idle { get; } = new([(0, 0)], 0);

    /// <summary>Draws the curve through measurements; what contradicts its shape, by the noise of sampling, is levelled upwards.</summary>
    /// <param name="samples">What was measured, in any order; those of no time are ignored.</param>
    /// <param name="memoryBytes">The guest's memory, in bytes, more than which it can not write.</param>
    public static DirtyCurve Through(IEnumerable<DirtySample> samples, long memoryBytes)
    {
        var hull = new List<(double Seconds, double Bytes)> { (0, 0) };
        foreach (var sample in samples.Where(sample => sample.Period > TimeSpan.Zero).OrderBy(sample => sample.Period).ThenByDescending(sample => sample.Bytes))
        {
            var point = (Seconds: sample.Period.TotalSeconds, Bytes: Math.Clamp((double)sample.Bytes, hull[^1].Bytes, Math.Max(memoryBytes, hull[^1].Bytes)));
            if (point.Seconds <= hull[^1].Seconds)
            {
                continue;
            }

            // Of a concave curve, each stretch is flatter than the one before it.
            while (hull.Count > 1 && Slope(hull[^2], hull[^1]) <= Slope(hull[^1], point))
            {
                hull.RemoveAt(hull.Count - 1);
            }

            hull.Add(point);
        }

        return new DirtyCurve([.. hull], memoryBytes);
    }

    /// <summary>What is written within a time, in bytes; behind the last measurement, as fast as at its end.</summary>
    public double Within(TimeSpan time)
    {
        var seconds = time.TotalSeconds;
        if (seconds <= 0 || _points.Length == 1)
        {
            return 0;
        }

        var next = Array.FindIndex(_points, point => point.Seconds >= seconds);
        next = next < 0 ? _points.Length - 1 : next;
        return Math.Min(_most, _points[next - 1].Bytes + (Slope(_points[next - 1], _points[next]) * (seconds - _points[next - 1].Seconds)));
    }

    /// <summary>How fast it writes at first, in bytes per second.</summary>
    public double BytesPerSecond => Within(TimeSpan.FromSeconds(1));

    private static double Slope((double Seconds, double Bytes) from, (double Seconds, double Bytes) to) => (to.Bytes - from.Bytes) / (to.Seconds - from.Seconds);
}

/// <summary>One measurement of what a guest writes.</summary>
/// <param name="Period">How long was measured.</param>
/// <param name="Bytes">The distinct memory that was written in it, in bytes.</param>
public readonly record struct DirtySample(TimeSpan Period, long Bytes);
