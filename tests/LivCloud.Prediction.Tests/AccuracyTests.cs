using LivCloud.Prediction.Calibration;

namespace LivCloud.Prediction.Tests;

public sealed class AccuracyTests
{
    [Fact]
    public void It_is_the_median_of_the_errors_and_the_share_within_P90()
    {
        var spread = new Estimate(100, 0.1);
        var accuracy = Accuracy.Of([(spread, 100), (spread, 110), (spread, 80), (spread, 150)]);
        Assert.Equal(4, accuracy.Count);
        Assert.Equal(0.15, accuracy.MedianError, 6);
        Assert.Equal(0.75, accuracy.WithinP90, 6);
        Assert.Equal(new Accuracy(0, 0, 0), Accuracy.Of([]));
    }

    [Fact]
    public void A_sum_of_spreads_is_less_uncertain_than_its_parts()
    {
        var sum = Estimate.Sum(new Estimate(10, 0.3), new Estimate(10, 0.3), default);
        Assert.Equal(20, sum.P50, 1.0);
        Assert.InRange(sum.Deviation, 0.19, 0.24);
        Assert.Equal(default, Estimate.Sum());
    }
}
