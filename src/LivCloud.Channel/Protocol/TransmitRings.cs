namespace LivCloud.Channel.Protocol;

/// <summary>The streams that have something to send, by priority; those of one priority take turns by frames.</summary>
internal sealed class TransmitRings
{
    private readonly Queue<StreamCore>[] _rings = [new(), new(), new()];

    /// <summary>Puts a stream into its ring, unless it stands there already or has nothing to send.</summary>
    public void Add(StreamCore stream)
    {
        if (!stream.IsScheduled && stream.Send.HasPending)
        {
            stream.IsScheduled = true;
            _rings[(int)stream.Priority].Enqueue(stream);
        }
    }

    /// <summary>The stream whose turn it is; it stays at the head.</summary>
    public bool TryPeek(StreamPriority priority, out StreamCore stream)
    {
        var ring = _rings[(int)priority];
        while (ring.TryPeek(out stream!))
        {
            if (stream.Send.HasPending)
            {
                return true;
            }

            ring.Dequeue().IsScheduled = false;
        }

        return false;
    }

    /// <summary>Moves the stream whose turn it was to the end of its ring, or out of it when it has nothing more.</summary>
    public void Advance(StreamPriority priority)
    {
        var stream = _rings[(int)priority].Dequeue();
        stream.IsScheduled = false;
        Add(stream);
    }
}
