using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Connecting;

/// <summary>A unix socket of this user's own; each connection to it is relayed to one that is opened for it.</summary>
internal sealed class LocalDoor : IDisposable
{
    // unix(7): sun_path holds 108 bytes with its terminator.
    private const int MaxPathBytes = 107;
    private const int MaxConnections = 64;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly Socket _listener;

    private LocalDoor(Socket listener, string path) => (_listener, Path) = (listener, path);

    /// <summary>The socket, which only its owner may connect to.</summary>
    public string Path { get; }

    /// <summary>What a libvirt client connects to.</summary>
    public string LibvirtUri => $"qemu+unix:///system?socket={Path}";

    /// <summary>Makes the socket; one that a dead process left is replaced.</summary>
    /// <exception cref="FailureException">The path is too long, in use, or can't be written.</exception>
    public static LocalDoor Open(string path)
    {
        Debug.Assert(!OperatingSystem.IsWindows(), "File modes are Unix's.");
        if (Encoding.UTF8.GetByteCount(path) > MaxPathBytes)
        {
            throw new FailureException(
                FailureCode.InvalidRequest, $"{path} is too long for a socket: {MaxPathBytes} bytes at most.", "Give a shorter path with --socket.");
        }

        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!, OwnerOnly | UnixFileMode.UserExecute);
            RemoveStale(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));

            // Nobody can connect before Listen, so the mode is in force from the first connection on.
            File.SetUnixFileMode(path, OwnerOnly);
            listener.Listen();
            return new LocalDoor(listener, path);
        }
        catch (Exception ex) when (ex is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            throw new FailureException(
                FailureCode.InvalidRequest, $"The socket {path} could not be made: {ex.Message}.", "Name one that you may make with --socket.", ex);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Relays each connection until it ends, and all of them until cancelled.</summary>
    /// <param name="open">Opens the other end of a connection.</param>
    /// <param name="refused">Told why a connection could not be opened.</param>
    /// <param name="cancellationToken">Closes every connection.</param>
    public async Task RelayAsync(
        Func<CancellationToken, Task<UpgradedStream>> open, Action<FailureException> refused, CancellationToken cancellationToken)
    {
        var relays = new List<Task>();
        try
        {
            while (true)
            {
                relays.RemoveAll(relay => relay.IsCompleted);
                if (relays.Count >= MaxConnections)
                {
                    await Task.WhenAny(relays);
                    continue;
                }

                var client = await _listener.AcceptAsync(cancellationToken);
                relays.Add(RelayOneAsync(client, open, refused, cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAll(relays);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(Path);
    }

    private static async Task RelayOneAsync(
        Socket client, Func<CancellationToken, Task<UpgradedStream>> open, Action<FailureException> refused, CancellationToken cancellationToken)
    {
        using (client)
        {
            try
            {
                await using var remote = await open(cancellationToken);
                await Relay.RunAsync(client, remote, cancellationToken);
            }
            catch (FailureException ex)
            {
                refused(ex);
            }
            catch (Exception ex) when (ex is IOException or SocketException or OperationCanceledException)
            {
                // One end went away or the user ended all: the client sees its connection closed.
            }
        }
    }

    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException ex) when (ex.SocketErrorCode == SocketError.ConnectionRefused && new FileInfo(path).Length == 0)
        {
            File.Delete(path);
            return;
        }

        throw new FailureException(
            FailureCode.InvalidRequest,
            $"The socket {path} is in use by another process.",
            "Use that connection, or name another socket with --socket.");
    }
}
