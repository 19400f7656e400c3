using LivCloud.Agent.Configuration;
using LivCloud.Agent.LinkTests;
using LivCloud.Agent.Relays;
using LivCloud.Channel;
using LivCloud.Core;
using LivCloud.Migration.Destination;

namespace LivCloud.Agent.Peers;

/// <summary>What another agent may open here, and where it leads: a closed list. A peer names a kind and a migration, never a path or an address.</summary>
internal sealed class StreamDispatch(AgentOptions options, PeerApiTransport api, InboundRelays relays, LinkTestSink linkTests) : IStreamAcceptor
{
    /// <summary>Who knows which migrations may come; set before the channel starts.</summary>
    public ReservationDesk? Desk { get; set; }

    /// <inheritdoc/>
    public async ValueTask<StreamRefusal?> AcceptAsync(ChannelSession session, ChannelStream stream, CancellationToken cancellationToken)
    {
        switch (stream.Target.Kind)
        {
            case StreamKind.Api:
                return api.Take(stream);
            case StreamKind.Measure:
                return linkTests.Take(stream);
            case StreamKind.Console:
                return await OpenConsoleAsync(stream, cancellationToken).ConfigureAwait(false);
            case StreamKind.Libvirt or StreamKind.Memory or StreamKind.Disk:
                return stream.Target.Migration is { } id && Desk is { } desk && desk.Admits(session.Peer, id)
                    ? await relays.JoinAsync(id, stream, cancellationToken).ConfigureAwait(false)
                    : new StreamRefusal($"no migration {stream.Target.Migration} from {session.Peer} is expected");
            default:
                return new StreamRefusal($"streams of kind {stream.Target.Kind} are not known");
        }
    }

    private async Task<StreamRefusal?> OpenConsoleAsync(ChannelStream stream, CancellationToken cancellationToken)
    {
        try
        {
            var daemon = await LibvirtSocket.ConnectAsync(options.LibvirtSocket, cancellationToken).ConfigureAwait(false);

            // The bridge owns both ends from here on and closes them itself; nothing is left to await.
            _ = Task.Run(() => StreamBridge.RunAsync(daemon, stream), CancellationToken.None);
            return null;
        }
        catch (FailureException failure)
        {
            return new StreamRefusal(failure.Message);
        }
    }
}
