using LivCloud.Transport;
namespace LivCloud.Channel.Protocol;

/// <summary>Finds out whether a link is alive, and how long an answer takes.</summary>
/// <remarks>
/// Each end sends a PING every few seconds, so something must come in all the time. Any byte counts, not only an answer: on a slow link
/// full of bulk an answer takes long, but bytes come.
/// </remarks>
internal sealed class LinkLiveness
{
    // Sent sooner after each other, so that the round trip is known soon.
    private const int FirstPings = 8;
    private readonly SessionSettings _settings;
    private Instant _receivedAt;
    private Instant _pingAt;
    private ulong _pingNumber;
    private ulong _timedNumber;
    private Instant _timedAt;
    private ulong? _pongOwed;

    public LinkLiveness(SessionSettings settings, Instant now)
    {
        _settings = settings;
        _receivedAt = _pingAt = now;
    }

    /// <summary>The round trip time: smoothed upwards (RFC 6298 §2), downwards at once, since the first answers wait for all that ends do first; null before the first.</summary>
    public TimeSpan? SmoothedRtt { get; private set; }

    /// <summary>When the link is dead unless something comes in.</summary>
    public Instant DeadAt => _receivedAt + _settings.LinkTimeout;

    /// <summary>How long ago something came in.</summary>
    public TimeSpan Silence(Instant now) => now - _receivedAt;

    /// <summary>When the next PING is due.</summary>
    public Instant PingAt => _pingAt;

    public bool HasWork(Instant now) => _pongOwed is not null || now >= _pingAt;

    public void NoteReceived(Instant now) => _receivedAt = now;

    public void NotePing(ulong number) => _pongOwed = number;

    /// <remarks>Only the last of several PINGs is answered: an answer to a later one than is timed means that the timed one gets none.</remarks>
    public void NotePong(Instant now, ulong number)
    {
        if (_timedNumber == 0 || number < _timedNumber)
        {
            return;
        }

        if (number == _timedNumber)
        {
            var sample = now - _timedAt;
            SmoothedRtt = SmoothedRtt is { } smoothed && sample > smoothed ? smoothed + ((sample - smoothed) / 8) : sample;
        }

        _timedNumber = 0;
    }

    /// <summary>The number of a PONG that is owed; null when none is.</summary>
    public ulong? TakePong()
    {
        var owed = _pongOwed;
        _pongOwed = null;
        return owed;
    }

    /// <summary>The number of a PING that is due; null when none is.</summary>
    public ulong? TakePing(Instant now)
    {
        if (now < _pingAt)
        {
            return null;
        }

        _pingAt = now + (++_pingNumber < FirstPings ? _settings.PingInterval / FirstPings : _settings.PingInterval);
        if (_timedNumber == 0)
        {
            (_timedNumber, _timedAt) = (_pingNumber, now);
        }

        return _pingNumber;
    }
}
