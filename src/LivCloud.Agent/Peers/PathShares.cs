using LivCloud.Channel;
using LivCloud.Core;
using LivCloud.Migration.Ports;

namespace LivCloud.Agent.Peers;

/// <summary>The shares of the migrations on a session. The channel treats all of a session's bulk alike, so the least cap and the highest priority count.</summary>
/// <param name="session">The session.</param>
internal sealed class PathShares(ChannelSession session)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MigrationId, PathShare> _shares = [];

    /// <summary>Sets what a migration may take.</summary>
    /// <param name="id">The migration.</param>
    /// <param name="share">Its share; null: it sends no more.</param>
    public void Set(MigrationId id, PathShare? share)
    {
        lock (_lock)
        {
            if (share is not null)
            {
                _shares[id] = share;
            }
            else
            {
                _shares.Remove(id);
            }

            session.BandwidthCap = _shares.Values.Select(one => one.Cap).Where(cap => cap is not null).MinBy(cap => cap!.Value.BitsPerSecond);
            session.IsBackground = _shares.Count > 0 && _shares.Values.All(one => one.Priority == TrafficPriority.Background);
        }
    }
}
