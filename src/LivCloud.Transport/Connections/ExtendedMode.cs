using LivCloud.Transport.Congestion;
using LivCloud.Transport.Measuring;
using LivCloud.Transport.Packets;
using LivCloud.Transport.Receiving;
using LivCloud.Transport.Sending;

namespace LivCloud.Transport.Connections;

/// <summary>What two of our own ends do instead of UDT's acknowledgements: reports of arrivals, losses found by time, probes, the modern law.</summary>
internal sealed class ExtendedMode
{
    private static readonly TimeSpan LeastRoundTrip = TimeSpan.FromMicroseconds(1);
    private readonly Scoreboard _scoreboard;
    private readonly RoundTrip _roundTrip;
    private readonly ReportReader _reader;
    private readonly LossDetector _detector;
    private readonly PathChange _pathChange = new();
    private uint? _firstArrivedAt, _firstDelay;
    private long _arrivedAtMicroseconds;
    private uint _lastArrivedAt;

    public ExtendedMode(ConnectionSettings settings, Agreement agreement, Parts parts, ulong token, Instant now)
    {
        (_scoreboard, _roundTrip) = (parts.Scoreboard, parts.RoundTrip);
        Hello = new HelloExchange(token, now);
        Reports = new ReportSchedule(parts.Arrivals, parts.PeerNumbers);
        Probe = new ProbeTimer(_roundTrip);
        Doubt = new PeerDoubt(_roundTrip);
        Size = new PathSize(agreement.MaxDatagramBytes);
        Control = new QueueBoundControl(parts.Random, _roundTrip.Minimum);
        _reader = new ReportReader(_scoreboard, parts.Numbers);
        _reader.Begin(Math.Min(agreement.FlowWindow, settings.SendPackets));
        _detector = new LossDetector(_scoreboard, _roundTrip);
    }

    public HelloExchange Hello { get; }

    public ReportSchedule Reports { get; }

    public ProbeTimer Probe { get; }

    public PeerDoubt Doubt { get; }

    public PathSize Size { get; }

    public QueueBoundControl Control { get; }

    /// <summary>Whether the peer knows the extension.</summary>
    public bool IsAgreed => Hello.PeerToken != 0;

    /// <summary>Whether the peer reports, so that acknowledgements and loss reports of UDT's own, which anybody could forge, are none of its.</summary>
    public bool IsReported { get; private set; }

    /// <summary>The first packet that the peer has no room for.</summary>
    public long Limit => _reader.Limit;

    /// <summary>Takes a part of a report.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="body">Its body behind the token.</param>
    /// <param name="clock">Our clock now, as packets carry it.</param>
    /// <param name="now">Now.</param>
    /// <returns>false when it makes no sense.</returns>
    public bool TryTakeReport(uint number, ReadOnlySpan<byte> body, uint clock, Instant now)
    {
        if (!ReportPacket.TryRead(body, out var report)
            || !_reader.TryApply(number, report, body[ReportPacket.FixedBytes..], out var hasProgress))
        {
            return false;
        }

        IsReported = true;
        var sentAt = now - TimeSpan.FromMicroseconds(unchecked(clock - report.Echo));
        var measured = now - sentAt - TimeSpan.FromMicroseconds(report.HoldMicroseconds);
        var roundTrip = measured > LeastRoundTrip ? measured : LeastRoundTrip;
        if (hasProgress)
        {
            if (_pathChange.Add(sentAt, UnwrapDelay(report)))
            {
                _roundTrip.ForgetMinimum();
                Control.OnPathChanged(now);
            }

            _roundTrip.Add(roundTrip, now);
            _detector.OnArrived(sentAt);
            if (Probe.OnProgress(now) is { } outage)
            {
                Control.OnOutageOver(outage, now);
            }
        }

        if (_reader.KnownBefore is { } known)
        {
            _detector.Detect(known, _reader.Duplicates, now);
        }

        if (hasProgress)
        {
            Control.OnArrivals(Describe(report, sentAt, roundTrip, now));
        }

        return true;
    }

    private ArrivalReport Describe(in ReportPacket report, Instant sentAt, TimeSpan roundTrip, Instant now)
    {
        if (_firstArrivedAt is null)
        {
            (_firstArrivedAt, _lastArrivedAt) = (report.ArrivedAt, report.ArrivedAt);
        }

        _arrivedAtMicroseconds += unchecked((int)(report.ArrivedAt - _lastArrivedAt));
        _lastArrivedAt = report.ArrivedAt;
        return new ArrivalReport
        {
            Now = now,
            Arrived = _reader.Arrived,
            ArrivedAt = TimeSpan.FromMicroseconds(_arrivedAtMicroseconds),
            SentAt = sentAt,
            OneWayDelay = UnwrapDelay(report),
            RoundTrip = roundTrip,
            InFlight = _scoreboard.InFlight,
            LostTotal = _scoreboard.LostTotal,
            SmoothedRoundTrip = _roundTrip.Smoothed,
            MinimumRoundTrip = _roundTrip.Minimum,
        };
    }

    // From the first one's on, so that the clocks of both ends may differ by anything.
    private TimeSpan UnwrapDelay(in ReportPacket report) => TimeSpan.FromMicroseconds(unchecked((int)(report.OneWayDelay - (_firstDelay ??= report.OneWayDelay))));

    /// <summary>What it shares with the rest of the connection.</summary>
    internal readonly record struct Parts(
        Scoreboard Scoreboard, SequenceSpace Numbers, Arrivals Arrivals, SequenceSpace PeerNumbers, RoundTrip RoundTrip, Random Random);
}
