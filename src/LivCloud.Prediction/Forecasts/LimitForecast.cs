namespace LivCloud.Prediction.Forecasts;

/// <summary>Whether a series will cross a limit.</summary>
public static class LimitForecast
{
    /// <summary>After how many steps it will be at or above a limit and, by what was seen of its errors, not by chance.</summary>
    /// <param name="values">The series, at equal distances, the oldest first.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="horizon">How many steps are looked ahead.</param>
    /// <param name="season">After how many steps the series repeats; 0: it does not.</param>
    /// <returns>0 when it is there already; null when it will not be within the horizon, or there are too few values to tell.</returns>
    public static int? Crossing(ReadOnlySpan<double> values, double limit, int horizon, int season = 0)
    {
        if (values.Length > 0 && values[^1] >= limit)
        {
            return 0;
        }

        if (values.Length < 2 * horizon || horizon < 1)
        {
            return null;
        }

        var fit = HoltWinters.Fit(values, horizon, season);
        for (var ahead = 1; ahead <= horizon; ahead++)
        {
            // What is usually off at the horizon is less nearer by.
            if (fit.Forecast(ahead) - (fit.Error * ahead / horizon) >= limit)
            {
                return ahead;
            }
        }

        return null;
    }
}
