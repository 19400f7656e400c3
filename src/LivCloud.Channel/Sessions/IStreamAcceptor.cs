namespace LivCloud.Channel;

/// <summary>Decides about the streams that peers ask for.</summary>
public interface IStreamAcceptor
{
    /// <summary>Called for each stream that a peer asks for; <see cref="ChannelStream.Target"/> tells what for.</summary>
    /// <remarks>
    /// Nothing can be read or written before the answer. After null the acceptor owns the stream and must dispose it; it should serve it in
    /// a task of its own and return at once. An exception refuses the stream without telling the peer more.
    /// </remarks>
    /// <param name="session">The session, whose peer is authenticated.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="cancellationToken">Ends when the session does.</param>
    /// <returns>null to accept; else why not.</returns>
    ValueTask<StreamRefusal?> AcceptAsync(ChannelSession session, ChannelStream stream, CancellationToken cancellationToken);
}
