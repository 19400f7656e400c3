namespace LivCloud.Transport.Tests.Simulation.Tcp;

/// <summary>CUBIC (RFC 9438) with slow start that ends when the round trip grows (RFC 9406, the older form that Linux has).</summary>
internal sealed class CubicLaw : ITcpLaw
{
    private const double Beta = 0.7, C = 0.4;
    private double _threshold = double.MaxValue, _most, _cubeRoot, _renoWindow;
    private Instant? _epoch;
    private TimeSpan _least = TimeSpan.MaxValue;

    public double Window { get; private set; } = 10;

    public double? PacketsPerSecond => null;

    public void OnAcknowledged(in TcpSample sample)
    {
        _least = sample.RoundTrip < _least ? sample.RoundTrip : _least;
        if (Window < _threshold)
        {
            Window++;
            var margin = Math.Clamp(_least.TotalMilliseconds / 8, 4, 16);
            if (Window > 16 && sample.RoundTrip.TotalMilliseconds > _least.TotalMilliseconds + margin)
            {
                _threshold = Window;
            }

            return;
        }

        if (_epoch is not { } epoch)
        {
            (_epoch, epoch) = (sample.Now, sample.Now);
            _most = Math.Max(_most, Window);
            _cubeRoot = Math.Cbrt((_most - Window) / C);
            _renoWindow = Window;
        }

        _renoWindow += 3 * (1 - Beta) / (1 + Beta) / Window;
        var elapsed = (sample.Now - epoch + _least).TotalSeconds - _cubeRoot;
        var target = Math.Clamp((C * elapsed * elapsed * elapsed) + _most, Window, 1.5 * Window);
        Window = Math.Max(Window + ((target - Window) / Window), _renoWindow);
    }

    public void OnLost(Instant now)
    {
        _most = Window < _most ? Window * (1 + Beta) / 2 : Window;
        Window = Math.Max(2, Window * Beta);
        _threshold = Window;
        _epoch = null;
    }
}
