using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Sending;

/// <summary>Brings the scoreboard up to date with the peer's reports.</summary>
internal sealed class ReportReader(Scoreboard scoreboard, SequenceSpace numbers)
{
    // Packets before _end that have not arrived as far as is known, in order.
    private readonly List<long> _missing = [];
    private readonly List<long> _listed = [];
    private long _end;
    private uint _lastNumber;
    private bool _isGapFree;

    /// <summary>The first packet that the peer does not accept.</summary>
    public long Limit { get; private set; }

    /// <summary>How many packets have arrived, those that came twice included.</summary>
    public long Arrived { get; private set; }

    /// <summary>How many of those had arrived before.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Before which packet the parts of the last report tell all that has arrived; null when one of them was lost.</summary>
    public long? KnownBefore { get; private set; }

    /// <summary>Sets what the handshake said about the peer's room.</summary>
    public void Begin(int flowWindow) => Limit = Math.Max(Limit, flowWindow);

    /// <summary>Takes a part of a report.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="report">What it says.</param>
    /// <param name="list">The list of what is missing.</param>
    /// <param name="hasProgress">Whether packets have arrived since the last.</param>
    /// <returns>false when it is an old one or makes no sense; nothing has changed then.</returns>
    public bool TryApply(uint number, in ReportPacket report, ReadOnlySpan<byte> list, out bool hasProgress)
    {
        hasProgress = false;
        KnownBefore = null;
        var near = scoreboard.Unacknowledged;
        var (cumulative, end) = (numbers.IndexOf(report.Cumulative, near), numbers.IndexOf(report.End, near));
        var (from, to) = (numbers.IndexOf(report.CoverFrom, near), numbers.IndexOf(report.CoverTo, near));
        if (unchecked((int)(number - _lastNumber)) <= 0
            || cumulative < near || cumulative > end || end > scoreboard.Next || from < cumulative || to < from || to > end
            || !TryReadList(list, from, to))
        {
            return false;
        }

        _isGapFree = from == cumulative || (_isGapFree && number == _lastNumber + 1);
        _lastNumber = number;
        Limit = Math.Max(Limit, numbers.IndexOf(report.Limit, near));
        var arrived = unchecked((int)(report.Arrived - (uint)Arrived));
        if (arrived > 0)
        {
            Arrived += arrived;
            hasProgress = true;
        }

        Duplicates += Math.Max(0, unchecked((int)(report.Duplicates - (uint)Duplicates)));
        ReviewMissing(cumulative, from, to);
        TakeNewGround(cumulative, from, Math.Min(end, to));
        KnownBefore = !_isGapFree ? null : report.IsLast && to == end ? scoreboard.Next : to;
        return true;
    }

    private bool TryReadList(ReadOnlySpan<byte> list, long from, long to)
    {
        _listed.Clear();
        var last = from - 1;
        while (LossList.TryTake(ref list, out var range))
        {
            var (first, end) = (numbers.IndexOf(range.First, from), numbers.IndexOf(range.Last, from));
            if (first <= last || end >= to)
            {
                return false;
            }

            for (var index = first; index <= end; index++)
            {
                _listed.Add(index);
            }

            last = end;
        }

        return list.IsEmpty;
    }

    private void ReviewMissing(long cumulative, long from, long to)
    {
        int kept = 0, listed = 0;
        for (var i = 0; i < _missing.Count; i++)
        {
            var index = _missing[i];
            while (listed < _listed.Count && _listed[listed] < index)
            {
                listed++;
            }

            var isMissing = index >= cumulative && (index < from || index >= to || (listed < _listed.Count && _listed[listed] == index));
            if (isMissing)
            {
                _missing[kept++] = index;
            }
            else
            {
                scoreboard.MarkArrived(index);
            }
        }

        _missing.RemoveRange(kept, _missing.Count - kept);
    }

    // Never beyond what the list covers: what it does not name there has not arrived for sure.
    private void TakeNewGround(long cumulative, long from, long end)
    {
        var listed = 0;
        for (var index = _end; index < end; index++)
        {
            while (listed < _listed.Count && _listed[listed] < index)
            {
                listed++;
            }

            if (index >= cumulative && (index < from || (listed < _listed.Count && _listed[listed] == index)))
            {
                _missing.Add(index);
            }
            else
            {
                scoreboard.MarkArrived(index);
            }
        }

        _end = Math.Max(_end, end);
    }
}
