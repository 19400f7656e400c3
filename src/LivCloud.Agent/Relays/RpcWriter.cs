using LivCloud.Libvirt.Rpc;

namespace LivCloud.Agent.Relays;

/// <summary>Writes libvirt messages to one end. Messages come from two sides, the relay's peer and the relay itself, and must not mix.</summary>
/// <param name="stream">The end.</param>
internal sealed class RpcWriter(Stream stream) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Waits for the turn to write one message in parts; it ends with <see cref="Leave"/>.</summary>
    public Task EnterAsync() => _turn.WaitAsync();

    /// <summary>Ends the turn.</summary>
    public void Leave() => _turn.Release();

    /// <summary>Writes a part of the message whose turn it is.</summary>
    public ValueTask WritePartAsync(ReadOnlyMemory<byte> part) => stream.WriteAsync(part);

    /// <summary>Writes a whole message.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> message)
    {
        await EnterAsync().ConfigureAwait(false);
        try
        {
            await WritePartAsync(message).ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Answers a keepalive ping of the daemon at this end.</summary>
    public ValueTask WritePongAsync()
    {
        var pong = new byte[RpcFrameHeader.Bytes];
        return WriteAsync(pong.AsMemory(0, RpcFrames.WritePong(pong)));
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
