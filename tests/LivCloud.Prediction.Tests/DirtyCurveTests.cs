using LivCloud.Prediction.Courses;

namespace LivCloud.Prediction.Tests;

public sealed class DirtyCurveTests
{
    private const long Memory = 1L << 30;

    [Fact]
    public void A_curve_goes_through_what_was_measured_and_straight_between()
    {
        var curve = Curve((1, 100), (5, 300), (20, 600));
        Assert.Equal(100, curve.Within(Seconds(1)), 6);
        Assert.Equal(200, curve.Within(Seconds(3)), 6);
        Assert.Equal(600, curve.Within(Seconds(20)), 6);
        Assert.Equal(50, curve.Within(Seconds(0.5)), 6);
    }

    [Fact]
    public void Behind_the_last_measurement_it_goes_on_as_fast_as_at_its_end_and_not_above_the_memory()
    {
        var curve = Curve((1, 100), (5, 300));
        Assert.Equal(800, curve.Within(Seconds(15)), 6);
        Assert.Equal(Memory, curve.Within(Seconds(1e9)), 0);
    }

    [Fact]
    public void Noise_that_contradicts_its_shape_is_levelled_upwards()
    {
        // Less within a longer time is impossible, and so is more than before within each second.
        Assert.Equal(200, Curve((1, 200), (5, 150)).Within(Seconds(5)), 6);
        Assert.Equal(100, Curve((1, 10), (5, 500)).Within(Seconds(1)), 6);
    }

    [Fact]
    public void Nothing_measured_is_nothing_written()
    {
        Assert.Equal(0, Curve().Within(Seconds(10)));
        Assert.Equal(0, DirtyCurve.Idle.Within(Seconds(10)));
        Assert.Equal(0, Curve((0, 100)).Within(Seconds(10)));
    }

    private static DirtyCurve Curve(params (double Seconds, long Bytes)[] samples) =>
        DirtyCurve.Through(samples.Select(sample => new DirtySample(Seconds(sample.Seconds), sample.Bytes)), Memory);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
