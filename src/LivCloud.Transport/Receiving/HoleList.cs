namespace LivCloud.Transport.Receiving;

/// <summary>The packets that are missing between those that have arrived, as ranges in order.</summary>
/// <param name="capacity">How many ranges there may be; a peer that makes more is not believed.</param>
internal sealed class HoleList(int capacity)
{
    private Hole[] _holes = new Hole[16];
    private int _start;
    private int _count;

    /// <summary>The ranges, in order.</summary>
    public ReadOnlySpan<Hole> Holes => _holes.AsSpan(_start, _count);

    /// <summary>Whether there is no room for one more.</summary>
    public bool IsFull => _count >= capacity;

    /// <summary>Adds a range behind all others.</summary>
    public void Add(Hole hole)
    {
        if (_start + _count == _holes.Length)
        {
            MakeRoom();
        }

        _holes[_start + _count++] = hole;
    }

    /// <summary>Takes a packet off the list.</summary>
    /// <returns>Whether it was missing.</returns>
    public bool Remove(long index)
    {
        var at = Find(index);
        if (at < 0)
        {
            return false;
        }

        ref var hole = ref _holes[at];
        if (hole.End - hole.Begin == 1)
        {
            RemoveAt(at);
        }
        else if (index == hole.Begin)
        {
            hole = hole with { Begin = index + 1 };
        }
        else if (index == hole.End - 1)
        {
            hole = hole with { End = index };
        }
        else
        {
            var rest = new Hole(index + 1, hole.End);
            hole = hole with { End = index };
            InsertBehind(at, rest);
        }

        return true;
    }

    private int Find(long index)
    {
        int low = _start, high = _start + _count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (index < _holes[middle].Begin)
            {
                high = middle - 1;
            }
            else if (index >= _holes[middle].End)
            {
                low = middle + 1;
            }
            else
            {
                return middle;
            }
        }

        return -1;
    }

    private void RemoveAt(int at)
    {
        if (at == _start)
        {
            _start++;
        }
        else
        {
            _holes.AsSpan((at + 1)..(_start + _count)).CopyTo(_holes.AsSpan(at));
        }

        if (--_count == 0)
        {
            _start = 0;
        }
    }

    private void InsertBehind(int at, Hole hole)
    {
        if (_start + _count == _holes.Length)
        {
            at -= _start;
            MakeRoom();
            at += _start;
        }

        _holes.AsSpan((at + 1)..(_start + _count)).CopyTo(_holes.AsSpan(at + 2));
        _holes[at + 1] = hole;
        _count++;
    }

    private void MakeRoom()
    {
        var target = _count * 2 > _holes.Length ? new Hole[_holes.Length * 2] : _holes;
        _holes.AsSpan(_start, _count).CopyTo(target);
        (_holes, _start) = (target, 0);
    }
}

/// <summary>Packets that are missing.</summary>
/// <param name="Begin">The first.</param>
/// <param name="End">The one behind the last.</param>
internal readonly record struct Hole(long Begin, long End);
