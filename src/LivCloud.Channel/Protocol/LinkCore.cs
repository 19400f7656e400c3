using LivCloud.Transport;
namespace LivCloud.Channel.Protocol;

/// <summary>One link as the session sees it.</summary>
internal sealed class LinkCore(int id, SessionSettings settings, Instant now)
{
    public int Id { get; } = id;

    public LinkLedger Ledger { get; } = new(settings.AckDelay);

    public LinkLiveness Liveness { get; } = new(settings, now);

    public LinkPace Pace { get; } = new();

    /// <summary>Whether the session has been told that it is dead.</summary>
    public bool IsReportedDead { get; set; }

    /// <summary>Whether its CLOSE was sent: nothing more goes out.</summary>
    public bool IsFinished { get; set; }
}
