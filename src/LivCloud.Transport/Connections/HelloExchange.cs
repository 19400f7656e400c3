using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Connections;

/// <summary>Two ends find out that both know the extension, and learn each other's token.</summary>
internal sealed class HelloExchange(ulong token, Instant begunAt)
{
    private static readonly TimeSpan[] Times = [TimeSpan.Zero, Milliseconds(50), Milliseconds(150), Milliseconds(350), Milliseconds(750)];
    private static readonly TimeSpan LeastAnswerInterval = Milliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private int _sent;
    private bool _asks;
    private Instant? _answerAt, _sentAt;
    private Instant _heardAt;
    private uint _heardTimestamp;

    /// <summary>Our token, which everything that the peer sends of the extension must carry.</summary>
    public ulong Token => token;

    /// <summary>The peer's token; 0 while it is not known.</summary>
    public ulong PeerToken { get; private set; }

    /// <summary>When a hello is due.</summary>
    public Instant? DueAt => PeerToken == 0 && _sent < Times.Length ? Instant.Earlier(begunAt + Times[_sent], _answerAt) : _answerAt;

    /// <summary>Whether the peer has had its time to say hello, and did not.</summary>
    public bool IsUnanswered(Instant now) => PeerToken == 0 && now - begunAt > Patience;

    /// <summary>Takes a hello of the peer.</summary>
    /// <returns>false when it is not the peer's.</returns>
    public bool TryTake(in HelloPacket hello, uint timestamp, Instant now)
    {
        if (PeerToken != 0 && hello.SenderToken != PeerToken)
        {
            return false;
        }

        PeerToken = hello.SenderToken;
        (_heardAt, _heardTimestamp) = (now, timestamp);
        if (!hello.HasSeen)
        {
            AnswerSoon(now);
        }

        return true;
    }

    /// <summary>Says hello once more: the peer knows us and we do not know the peer.</summary>
    public void AnswerSoon(Instant now) => _answerAt ??= _sentAt is { } sent ? Instant.Later(now, sent + LeastAnswerInterval) : now;

    /// <summary>Says hello in the way that is answered.</summary>
    public void Ask(Instant now)
    {
        _asks = true;
        AnswerSoon(now);
    }

    /// <summary>The hello to be sent now; null when none is.</summary>
    public HelloPacket? Poll(Instant now)
    {
        if (DueAt is not { } due || now < due)
        {
            return null;
        }

        var hasSeen = PeerToken != 0 && !_asks;
        _sent = Math.Min(_sent + 1, Times.Length);
        (_sentAt, _answerAt, _asks) = (now, null, false);
        return new HelloPacket
        {
            ReceiverToken = PeerToken,
            SenderToken = token,
            HasSeen = hasSeen,
            Echo = PeerToken == 0 ? 0 : _heardTimestamp,
            HoldMicroseconds = PeerToken == 0 ? 0 : (uint)Math.Min((now - _heardAt).TotalMicroseconds, uint.MaxValue),
        };
    }

    private static TimeSpan Milliseconds(int value) => TimeSpan.FromMilliseconds(value);
}
