namespace LivCloud.Prediction.Calibration;

/// <summary>What a figure may turn out to be: its logarithm is spread about a middle.</summary>
/// <param name="Middle">It is as likely to be more as to be less; 0 or more.</param>
/// <param name="Deviation">How far the logarithm deviates from the middle's, usually; 0 or more.</param>
public readonly record struct Estimate(double Middle, double Deviation)
{
    private const double NinetyPercent = 1.2816;

    /// <summary>As likely to be more as to be less.</summary>
    public double P50 => Middle;

    /// <summary>In nine cases of ten it is less.</summary>
    public double P90 => At(NinetyPercent);

    /// <summary>The value that lies so many deviations above the middle.</summary>
    public double At(double deviations) => Middle * Math.Exp(Deviation * deviations);

    /// <summary>The sum of some that have nothing to do with each other.</summary>
    /// <remarks>By mean and variance (Fenton and Wilkinson's approximation of a sum of log-normal values).</remarks>
    public static Estimate Sum(params ReadOnlySpan<Estimate> parts)
    {
        var (mean, variance) = (0.0, 0.0);
        foreach (var part in parts)
        {
            var square = part.Deviation * part.Deviation;
            var average = part.Middle * Math.Exp(square / 2);
            mean += average;
            variance += average * average * (Math.Exp(square) - 1);
        }

        if (mean <= 0)
        {
            return default;
        }

        var deviation = Math.Sqrt(Math.Log(1 + (variance / (mean * mean))));
        return new Estimate(mean * Math.Exp(-deviation * deviation / 2), deviation);
    }
}
