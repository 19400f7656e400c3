using System.Net.Sockets;
using LivCloud.Agent.Hypervisor;
using LivCloud.Core;
using LivCloud.Libvirt.Xml;

namespace LivCloud.Agent.Relays;

/// <summary>Which local users may be at the other end of a migration's sockets: root, and the user that libvirt runs emulators as.</summary>
/// <remarks>The sockets lead to another host's libvirt, or carry the guest's memory; their paths can be read by every local user in /proc/net/unix.</remarks>
/// <param name="libvirt">The local libvirt, which knows its emulators' user.</param>
public sealed class TrustedUsers(LocalLibvirt libvirt)
{
    private const int SolSocket = 1, PeerCredentials = 17;

    /// <summary>struct ucred of socket(7): process, user, group; 32 bits each.</summary>
    private const int CredentialBytes = 12, UserOffset = 4;

    private uint? _emulators;

    /// <summary>
    /// Asks libvirt who runs its emulators, once. That may take seconds, and an emulator that connects stands still until it is taken in; so it is
    /// asked before any can connect.
    /// </summary>
    /// <exception cref="FailureException">Libvirt does not answer.</exception>
    public async Task LearnAsync(CancellationToken cancellationToken) =>
        _emulators ??= await FindEmulatorsAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Whether the other end of a connected unix socket belongs to a trusted user; of emulators, only those after <see cref="LearnAsync"/>.</summary>
    public bool Trusts(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var user = UserOf(socket);
        return user == 0 || user == _emulators;
    }

    private static uint UserOf(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[CredentialBytes];
        _ = socket.GetRawSocketOption(SolSocket, PeerCredentials, credentials);
        return BitConverter.ToUInt32(credentials[UserOffset..]);
    }

    private async Task<uint> FindEmulatorsAsync(CancellationToken cancellationToken)
    {
        var capabilities = await libvirt.UseAsync(connection => connection.GetCapabilities(), cancellationToken).ConfigureAwait(false);
        return HostCapabilities.TryParse(capabilities, out var parsed, out _) && parsed.EmulatorOwner is { } owner ? (uint)owner.UserId : 0;
    }
}
