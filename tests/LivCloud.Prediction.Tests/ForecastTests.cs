using LivCloud.Prediction.Forecasts;
using Xunit.Abstractions;

namespace LivCloud.Prediction.Tests;

public sealed class ForecastTests(ITestOutputHelper output)
{
    [Fact]
    public void A_line_goes_on()
    {
        var fit = HoltWinters.Fit(Series(200, at => 3 * at), ahead: 10);
        Assert.InRange(fit.Forecast(10), (3 * 209) - 6, (3 * 209) + 6);
    }

    [Fact]
    public void A_season_comes_again()
    {
        var fit = HoltWinters.Fit(Series(240, at => 50 + (20 * Math.Sin(at * Math.PI / 12))), ahead: 6, season: 24);
        Assert.InRange(fit.Forecast(6), 50 + (20 * Math.Sin(245 * Math.PI / 12)) - 2, 50 + (20 * Math.Sin(245 * Math.PI / 12)) + 2);
    }

    [Fact]
    public void On_what_it_has_not_seen_it_is_better_than_to_say_that_all_stays_as_it_is()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"LIVCLOUD_SEED={seed}");
        var random = new Random(seed);
        var (ours, naive) = (0.0, 0.0);
        for (var series = 0; series < 20; series++)
        {
            // A load with a daily course, a slow growth and noise, in steps of 30 minutes.
            var (growth, phase) = (random.NextDouble() * 0.1, random.NextDouble() * 48);
            var values = Series(48 * 8, at => 40 + (growth * at) + (25 * Math.Sin((at + phase) * Math.PI / 24)) + (4 * (random.NextDouble() - 0.5)));
            for (var end = 48 * 6; end < values.Length - 8; end += 5)
            {
                ours += Math.Abs(values[end + 7] - HoltWinters.Fit(values.AsSpan(0, end), ahead: 8, season: 48).Forecast(8));
                naive += Math.Abs(values[end + 7] - values[end - 1]);
            }
        }

        output.WriteLine($"{ours / naive:P0} of the naive forecast's error");
        Assert.True(ours < 0.4 * naive);
    }

    [Fact]
    public void A_disk_that_fills_is_told_before_it_is_full_and_one_that_does_not_is_not()
    {
        var filling = Series(300, at => 50 + (at * 0.1));
        Assert.Equal(0, LimitForecast.Crossing(filling, limit: 70, horizon: 100));
        Assert.InRange(LimitForecast.Crossing(filling, limit: 85, horizon: 100)!.Value, 40, 80);
        Assert.Null(LimitForecast.Crossing(filling, limit: 95, horizon: 100));

        var random = new Random(7);
        Assert.Null(LimitForecast.Crossing(Series(300, _ => 60 + (20 * random.NextDouble())), limit: 90, horizon: 100));
        Assert.Null(LimitForecast.Crossing([1, 2], limit: 3, horizon: 100));
        Assert.Null(LimitForecast.Crossing([], limit: 3, horizon: 100));
    }

    private static double[] Series(int count, Func<int, double> value) => [.. Enumerable.Range(0, count).Select(value)];
}
