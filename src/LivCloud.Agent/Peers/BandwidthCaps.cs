using LivCloud.Channel;
using LivCloud.Core;

namespace LivCloud.Agent.Peers;

/// <summary>The caps of the migrations that share a session. The channel limits all of a session's bulk together, so the least of them counts.</summary>
/// <param name="session">The session.</param>
internal sealed class BandwidthCaps(ChannelSession session)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MigrationId, Bandwidth> _caps = [];

    /// <summary>Sets the cap of a migration.</summary>
    /// <param name="id">The migration.</param>
    /// <param name="cap">The most that it may send; null: no limit of its own.</param>
    public void Set(MigrationId id, Bandwidth? cap)
    {
        lock (_lock)
        {
            if (cap is { } limit)
            {
                _caps[id] = limit;
            }
            else
            {
                _caps.Remove(id);
            }

            session.BandwidthCap = _caps.Count == 0 ? null : _caps.Values.MinBy(one => one.BitsPerSecond);
        }
    }
}
