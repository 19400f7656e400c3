using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Threading.Channels;
using LivCloud.Channel;
using Microsoft.AspNetCore.Connections;

namespace LivCloud.Agent.Peers;

/// <summary>Hands streams of kind Api to Kestrel as connections, so that agents talk plain HTTP to each other inside the channel.</summary>
internal sealed class PeerApiTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    private const int MostWaiting = 64;

    private readonly Channel<ConnectionContext> _waiting = System.Threading.Channels.Channel.CreateBounded<ConnectionContext>(MostWaiting);

    /// <inheritdoc/>
    public EndPoint EndPoint { get; } = new PeerApiEndPoint();

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is PeerApiEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    /// <summary>Hands over a stream.</summary>
    /// <returns>Why not; null when it is taken.</returns>
    public StreamRefusal? Take(ChannelStream stream) =>
        _waiting.Writer.TryWrite(new PeerConnection(stream)) ? null : new StreamRefusal("the agent is busy or ending");

    /// <inheritdoc/>
    [SuppressMessage("Reliability", "CA2012", Justification = "The value task is awaited once.")]
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _waiting.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var connection))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
