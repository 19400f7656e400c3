using LivCloud.Transport.Measuring;
using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Receiving;

/// <summary>When and what the peer is told as UDT has it: an acknowledgement each 10 ms, a light one each 64 packets (draft-gg-udt-03, section 6.1).</summary>
internal sealed class AcknowledgementSchedule(Arrivals arrivals, SequenceSpace numbers, RoundTrip roundTrip)
{
    private static readonly TimeSpan Syn = TimeSpan.FromMilliseconds(10);
    private const int LightEvery = 64;
    private const int MinFreePackets = 2;
    private readonly Sent[] _sent = new Sent[1024];
    private readonly ArrivalSpeed _speed = new();
    private readonly PairCapacity _capacity = new();
    private Instant? _dueAt;
    private Instant _longSentAt;
    private long _acknowledged, _confirmed;
    private uint _number;
    private int _sinceFull, _light;
    private bool _isLightDue;

    /// <summary>When an acknowledgement is due; null when the peer knows all.</summary>
    public Instant? DueAt() => _isLightDue ? _longSentAt : _dueAt;

    /// <summary>Notes a packet that was accepted.</summary>
    /// <param name="now">When it arrived.</param>
    /// <param name="number">Its number.</param>
    /// <param name="isShort">Whether it is shorter than others: the peer has no more to send for now.</param>
    public void OnArrival(Instant now, SequenceNumber number, bool isShort)
    {
        _speed.Add(now);
        _capacity.Add(number, now);
        _dueAt = isShort ? now : _dueAt ?? now + Syn;
        if (++_sinceFull >= LightEvery * (_light + 1))
        {
            _light++;
            _isLightDue = true;
        }
    }

    /// <summary>Notes that room was made after there was little.</summary>
    public void OnRoom(Instant now) => _dueAt ??= now + Syn;

    /// <summary>Writes the next acknowledgement, if one is due.</summary>
    /// <returns>How many bytes; 0 when none is due.</returns>
    public int Poll(Instant now, Span<byte> body, out uint number)
    {
        number = 0;
        var cumulative = arrivals.Cumulative;
        if (_dueAt is { } due && now >= due)
        {
            (_isLightDue, _sinceFull, _light) = (false, 0, 0);
            if (cumulative == _confirmed)
            {
                _dueAt = null;
                return 0;
            }

            // Until the peer confirms it, it is said again.
            _dueAt = now + Syn;
            if (cumulative == _acknowledged && now - _longSentAt < roundTrip.Smoothed + (roundTrip.Variation * 4))
            {
                return 0;
            }

            _acknowledged = cumulative;
            _longSentAt = now;
            number = _number = _number == SequenceNumber.Max ? 0 : _number + 1;
            _sent[number % (uint)_sent.Length] = new Sent(number, cumulative, now);
            return new AcknowledgementPacket
            {
                Cumulative = numbers.NumberOf(cumulative),
                IsLight = false,
                RoundTripMicroseconds = (uint)roundTrip.Smoothed.TotalMicroseconds,
                VariationMicroseconds = (uint)roundTrip.Variation.TotalMicroseconds,
                FreePackets = (int)Math.Max(MinFreePackets, arrivals.Limit - cumulative),
                ArrivalsPerSecond = _speed.PacketsPerSecond(now),
                CapacityPerSecond = Math.Max(_capacity.PacketsPerSecond, _speed.PacketsPerSecond(now)),
            }.Write(body);
        }

        if (!_isLightDue)
        {
            return 0;
        }

        _isLightDue = false;
        return new AcknowledgementPacket { Cumulative = numbers.NumberOf(cumulative), IsLight = true }.Write(body);
    }

    /// <summary>Notes that the peer has got an acknowledgement.</summary>
    public void OnConfirmed(uint number, Instant now)
    {
        ref readonly var sent = ref _sent[number % (uint)_sent.Length];
        if (number == 0 || sent.Number != number)
        {
            return;
        }

        roundTrip.AddPeers(now - sent.At, now);
        _confirmed = Math.Max(_confirmed, sent.Cumulative);
    }

    private readonly record struct Sent(uint Number, long Cumulative, Instant At);
}
