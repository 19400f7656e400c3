using LivCloud.Transport;

namespace LivCloud.Channel.Tests.Simulation;

/// <summary>One link in virtual time: bytes come in order after a delay and at a rate; a cut loses what is on its way.</summary>
internal sealed class SimulatedLink(int id, TimeSpan delay, long bytesPerSecond, int queueBytes)
{
    private readonly Queue<(Instant At, byte[] Bytes)>[] _onTheWay = [new(), new()];
    private readonly Instant[] _freeAt = new Instant[2];

    public int Id { get; } = id;

    /// <summary>Bytes go in and nothing comes out, as when a cable is pulled.</summary>
    public bool IsSilent { get; set; }

    /// <summary>When the end may hand over more: not while more than the queue holds waits for the line.</summary>
    public Instant WritableAt(int end) => new(_freeAt[end].Ticks - ToTime(queueBytes).Ticks);

    public void Send(Instant now, int end, ReadOnlySpan<byte> bytes)
    {
        var begin = _freeAt[end] > now ? _freeAt[end] : now;
        _freeAt[end] = begin + ToTime(bytes.Length);
        _onTheWay[end].Enqueue((_freeAt[end] + delay, bytes.ToArray()));
    }

    public Instant? NextArrival(int end) => !IsSilent && _onTheWay[1 - end].TryPeek(out var next) ? next.At : null;

    public bool TryReceive(Instant now, int end, out byte[] bytes)
    {
        bytes = [];
        if (NextArrival(end) is not { } at || at > now)
        {
            return false;
        }

        bytes = _onTheWay[1 - end].Dequeue().Bytes;
        return true;
    }

    private TimeSpan ToTime(int bytes) => TimeSpan.FromTicks(bytes * TimeSpan.TicksPerSecond / bytesPerSecond);
}
