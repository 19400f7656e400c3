using System.Net.Sockets;
using LivCloud.Core;

namespace LivCloud.Agent.Relays;

/// <summary>The socket of the local libvirt daemon.</summary>
internal static class LibvirtSocket
{
    private static readonly string[] UsualPaths = ["/run/libvirt/virtqemud-sock", "/run/libvirt/libvirt-sock"];

    /// <summary>Connects to it.</summary>
    /// <param name="configured">Its path; null: the usual places are tried, the modular daemon's first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="FailureException"><see cref="FailureCode.HypervisorUnreachable"/>.</exception>
    public static async Task<Socket> ConnectAsync(string? configured, CancellationToken cancellationToken)
    {
        string[] paths = configured is null ? UsualPaths : [configured];
        SocketException? last = null;
        foreach (var path in paths.Where(File.Exists))
        {
            try
            {
                return await UnixSocket.ConnectAsync(path, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                last = exception;
            }
        }

        throw new FailureException(
            FailureCode.HypervisorUnreachable, $"The local libvirt does not answer at {string.Join(" or ", paths)}.",
            "Check that libvirtd (or virtqemud) runs on this host; 'libvirtSocket' in agent.yaml names another path.", last);
    }
}
