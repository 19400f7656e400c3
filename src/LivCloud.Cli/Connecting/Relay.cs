using System.Net.Sockets;
using LivCloud.Api;

namespace LivCloud.Cli.Connecting;

/// <summary>Carries bytes between two connections; the end of one direction is passed on and leaves the other open.</summary>
internal static class Relay
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Relays until both directions have ended.</summary>
    /// <exception cref="IOException">An end was reset.</exception>
    public static async Task RunAsync(Socket local, UpgradedStream remote, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var stream = new NetworkStream(local, ownsSocket: false);
        await Task.WhenAll(
            EndBothOnFailureAsync(SendAsync(), failed),
            EndBothOnFailureAsync(ReceiveAsync(), failed));

        async Task SendAsync()
        {
            await stream.CopyToAsync(remote, BufferBytes, failed.Token);
            remote.CloseWriting();
        }

        async Task ReceiveAsync()
        {
            await remote.CopyToAsync(stream, BufferBytes, failed.Token);
            local.Shutdown(SocketShutdown.Send);
        }
    }

    private static async Task EndBothOnFailureAsync(Task direction, CancellationTokenSource failed)
    {
        try
        {
            await direction;
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }
}
