namespace LivCloud.Prediction.Forecasts;

/// <summary>Goes on with a series as it went: a level, a trend that may fade, and, where it has one, a season (Holt and Winters, additive).</summary>
public sealed class HoltWinters
{
    private static readonly double[] LevelGains = [0.05, 0.15, 0.3, 0.6, 0.9], TrendGains = [0, 0.02, 0.1, 0.3], SeasonGains = [0.05, 0.25], Fadings = [0.85, 0.95, 0.99, 1];
    private readonly double _levelGain, _trendGain, _seasonGain, _fading;
    private readonly double[] _season;
    private double _level, _trend;
    private int _next;

    private HoltWinters(ReadOnlySpan<double> start, int season, double levelGain, double trendGain, double seasonGain, double fading)
    {
        (_levelGain, _trendGain, _seasonGain, _fading) = (levelGain, trendGain, seasonGain, fading);
        _season = new double[season];
        _level = start[0];
        if (season > 0)
        {
            _level = Mean(start[..season]);
            for (var phase = 0; phase < season; phase++)
            {
                _season[phase] = start[phase] - _level;
            }
        }
    }

    /// <summary>How far what it said was off, usually: the mean of the absolute errors at the horizon that it was fitted for.</summary>
    public double Error { get; private set; }

    /// <summary>Finds the gains that would have served best.</summary>
    /// <param name="values">The series, at equal distances, the oldest first; at least two.</param>
    /// <param name="ahead">How many steps ahead it is to be good at; 1 or more.</param>
    /// <param name="season">After how many steps the series repeats; 0: it does not. With less than two seasons of values there is none.</param>
    public static HoltWinters Fit(ReadOnlySpan<double> values, int ahead, int season = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(ahead, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(season);
        var used = values.Length >= 2 * season ? season : 0;
        HoltWinters? best = null;
        foreach (var levelGain in LevelGains)
        {
            foreach (var trendGain in TrendGains)
            {
                foreach (var fading in trendGain == 0 ? Fadings.AsSpan(0, 1) : Fadings)
                {
                    foreach (var seasonGain in used == 0 ? SeasonGains.AsSpan(0, 1) : SeasonGains)
                    {
                        var one = new HoltWinters(values, used, levelGain, trendGain, seasonGain, fading);
                        one.Learn(values, ahead);
                        best = best is null || one.Error < best.Error ? one : best;
                    }
                }
            }
        }

        return best!;
    }

    /// <summary>What the series will be so many steps behind its last value.</summary>
    public double Forecast(int ahead)
    {
        // Of a trend that fades by a factor each step, the steps add up to a geometric series.
        var steps = _fading < 1 ? _fading * (1 - Math.Pow(_fading, ahead)) / (1 - _fading) : ahead;
        return _level + (_trend * steps) + (_season.Length == 0 ? 0 : _season[(_next + ahead - 1) % _season.Length]);
    }

    private void Learn(ReadOnlySpan<double> values, int ahead)
    {
        var (sum, count) = (0.0, 0);
        for (var at = Math.Max(1, _season.Length); at < values.Length; at++)
        {
            _next = _season.Length == 0 ? 0 : at % _season.Length;
            if (at + ahead - 1 < values.Length)
            {
                sum += Math.Abs(values[at + ahead - 1] - Forecast(ahead));
                count++;
            }

            Take(values[at]);
        }

        _next = _season.Length == 0 ? 0 : values.Length % _season.Length;
        Error = count == 0 ? 0 : sum / count;
    }

    private void Take(double value)
    {
        var season = _season.Length == 0 ? 0 : _season[_next];
        var level = (_levelGain * (value - season)) + ((1 - _levelGain) * (_level + (_fading * _trend)));
        _trend = (_trendGain * (level - _level)) + ((1 - _trendGain) * _fading * _trend);
        _level = level;
        if (_season.Length > 0)
        {
            _season[_next] = (_seasonGain * (value - level)) + ((1 - _seasonGain) * season);
        }
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
