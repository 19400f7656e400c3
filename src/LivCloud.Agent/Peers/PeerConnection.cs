using System.IO.Pipelines;
using LivCloud.Channel;
using LivCloud.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace LivCloud.Agent.Peers;

/// <summary>A stream of the channel as a connection of the HTTP server.</summary>
internal sealed class PeerConnection : ConnectionContext, IDuplexPipe, IPeerFeature
{
    private readonly ChannelStream _stream;
    private readonly CancellationTokenSource _closed = new();

    /// <summary>Wraps a stream.</summary>
    public PeerConnection(ChannelStream stream)
    {
        _stream = stream;
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        Transport = this;
        ConnectionClosed = _closed.Token;
        ConnectionId = $"{stream.Session.Peer}-{Guid.NewGuid():N}";
        Features.Set<IPeerFeature>(this);
    }

    /// <inheritdoc/>
    public HostName Peer => _stream.Session.Peer;

    /// <inheritdoc/>
    public PipeReader Input { get; }

    /// <inheritdoc/>
    public PipeWriter Output { get; }

    /// <inheritdoc/>
    public override string ConnectionId { get; set; }

    /// <inheritdoc/>
    public override IFeatureCollection Features { get; } = new FeatureCollection();

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    /// <inheritdoc/>
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        _stream.Abort(abortReason.Message);
        _closed.Cancel();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>Tells who is at the other end of a request: the name in the certificate of the peer's agent.</summary>
internal interface IPeerFeature
{
    /// <summary>The peer.</summary>
    HostName Peer { get; }
}
