using LivCloud.Core;

namespace LivCloud.Channel.Sessions;

/// <summary>What a session is born with.</summary>
/// <param name="Id">Its name at both ends.</param>
/// <param name="Peer">The other host.</param>
/// <param name="PeerInstance">The other host's process; another one means that it was started again.</param>
/// <param name="IsDialer">Whether this end began it.</param>
/// <param name="Wish">What this end makes its links over.</param>
internal sealed record SessionOrigin(Guid Id, HostName Peer, Guid PeerInstance, bool IsDialer, LinkTransport Wish);
