using System.Runtime.CompilerServices;
using LivCloud.Agent.Configuration;
using LivCloud.Agent.Relays;
using LivCloud.Channel;
using LivCloud.Core;
using LivCloud.Migration.Destination;
using LivCloud.Migration.Ports;

namespace LivCloud.Agent.Peers;

/// <summary>The ways to the agents of other hosts.</summary>
/// <param name="options">Who they are.</param>
/// <param name="endpoint">Our end of the channel.</param>
/// <param name="users">Who may use the sockets of a migration.</param>
/// <param name="clock">The clock.</param>
public sealed class PeerChannels(AgentOptions options, ChannelEndpoint endpoint, TrustedUsers users, TimeProvider clock) : IMigrationChannels
{
    /// <summary>One client a session; it goes with the session.</summary>
    private readonly ConditionalWeakTable<ChannelSession, PeerClient> _clients = [];
    private readonly ConditionalWeakTable<ChannelSession, PathShares> _shares = [];
    private readonly ConditionalWeakTable<ChannelSession, PathGauge> _gauges = [];

    /// <inheritdoc/>
    public bool Knows(HostName host) => options.Peers.ContainsKey(host);

    /// <inheritdoc/>
    public async Task<IMigrationChannel> ConnectAsync(HostName host, LinkTransport? transport, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(host, transport, cancellationToken).ConfigureAwait(false);
        var shares = _shares.GetValue(session, static session => new PathShares(session));
        return new PeerChannel(options, session, Client(session), shares, _gauges.GetValue(session, session => new PathGauge(session, shares, clock)), users);
    }

    /// <summary>The session with a host: the one there is, or a new one.</summary>
    /// <exception cref="FailureException"><see cref="FailureCode.PeerUnreachable"/>, <see cref="FailureCode.PeerUntrusted"/>.</exception>
    public async Task<ChannelSession> SessionAsync(HostName host, LinkTransport? transport, CancellationToken cancellationToken)
    {
        try
        {
            return await endpoint.GetSessionAsync(host, transport, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelException exception)
        {
            throw ToFailure(exception, host);
        }
    }

    /// <summary>Why a host can not be reached, and what helps.</summary>
    public static FailureException ToFailure(ChannelException exception, HostName host) => exception.Error == ChannelError.PeerUntrusted
        ? new FailureException(FailureCode.PeerUntrusted, exception.Message, "`livcloud ca show FILE` shows whom a certificate is for and until when.", exception)
        : new FailureException(FailureCode.PeerUnreachable, exception.Message,
            $"Check that `livcloud agent` runs on {host} and that a firewall lets its port in on one of the two sides.", exception);

    /// <summary>Calls the API of the agent at the other end of a session.</summary>
    internal PeerClient Client(ChannelSession session) => _clients.GetValue(session, static session => new PeerClient(session));
}

/// <summary>The way to one agent, through a session.</summary>
internal sealed class PeerChannel(AgentOptions options, ChannelSession session, PeerClient client, PathShares shares, PathGauge gauge, TrustedUsers users) : IMigrationChannel
{
    /// <inheritdoc/>
    public string Transport => session.Transport;

    /// <inheritdoc/>
    public string TransportReason => session.TransportReason;

    /// <inheritdoc/>
    public string Cipher => session.Cipher;

    /// <inheritdoc/>
    public TimeSpan RoundTrip => session.SmoothedRtt;

    /// <inheritdoc/>
    public int Links => session.Links;

    /// <inheritdoc/>
    public TimeSpan? Silence => session.Silence;

    /// <inheritdoc/>
    public TimeSpan? HoldRemaining => session.HoldRemaining;

    /// <inheritdoc/>
    public CancellationToken Lost => session.Closed;

    /// <inheritdoc/>
    public PathMeasure? KnownPath => gauge.Known;

    /// <inheritdoc/>
    public Task<PathMeasure> MeasurePathAsync(Bandwidth? cap, CancellationToken cancellationToken) => gauge.MeasureAsync(cap, cancellationToken);

    /// <inheritdoc/>
    public Task<ReservationAnswer> AppraiseAsync(ReservationRequest request, CancellationToken cancellationToken) =>
        client.SendAsync<ReservationAnswer>(HttpMethod.Post, PeerPaths.Appraise, request, cancellationToken);

    /// <inheritdoc/>
    public Task<ReservationAnswer> ReserveAsync(ReservationRequest request, CancellationToken cancellationToken) =>
        client.SendAsync<ReservationAnswer>(HttpMethod.Post, PeerPaths.Reservations, request, cancellationToken);

    /// <inheritdoc/>
    public Task PrepareAsync(MigrationId id, CancellationToken cancellationToken) =>
        client.DoAsync($"{PeerPaths.Reservations}/{id}/prepare", cancellationToken);

    /// <inheritdoc/>
    public Task<SettlementAnswer> SettleAsync(MigrationId id, Guid vm, bool mayRun, CancellationToken cancellationToken) =>
        client.SendAsync<SettlementAnswer>(HttpMethod.Post, $"{PeerPaths.Reservations}/{id}/settle", new SettleRequest(vm, mayRun), cancellationToken);

    /// <inheritdoc/>
    public async Task<IMigrationRelay> OpenRelayAsync(MigrationId id, IFinishGate gate, CancellationToken cancellationToken)
    {
        await users.LearnAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Run<IMigrationRelay>(() => new OutboundRelay(options, session, id, gate, users), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void SetShare(MigrationId id, PathShare? share) => shares.Set(id, share);
}
