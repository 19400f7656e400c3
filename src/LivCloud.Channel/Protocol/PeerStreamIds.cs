namespace LivCloud.Channel.Protocol;

/// <summary>Knows which of the peer's stream ids were seen. Over several links they may come out of order, by at most as many as it may have streams.</summary>
internal sealed class PeerStreamIds(uint firstId, int maxMissing)
{
    private readonly HashSet<uint> _missing = [];
    private uint _next = firstId;

    /// <summary>Whether this id was taken before.</summary>
    public bool WasSeen(uint id) => id < _next && !_missing.Contains(id);

    /// <summary>Takes an id.</summary>
    /// <returns>false when it skips more ids than may be on their way.</returns>
    public bool TryTake(uint id)
    {
        if (id < _next)
        {
            _missing.Remove(id);
            return true;
        }

        if (((id - _next) / 2) + _missing.Count > maxMissing || id > uint.MaxValue - 2)
        {
            return false;
        }

        for (; _next < id; _next += 2)
        {
            _missing.Add(_next);
        }

        _next = id + 2;
        return true;
    }
}
