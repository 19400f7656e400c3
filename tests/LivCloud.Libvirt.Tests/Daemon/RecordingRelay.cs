using System.Net.Sockets;

namespace LivCloud.Libvirt.Tests.Daemon;

/// <summary>
/// Listens on a unix socket, passes each connection on to another, and keeps what went through, per connection and direction.
/// </summary>
internal sealed class RecordingRelay : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly string _destination;
    private readonly List<Recording> _recordings = [];
    private readonly List<Task> _tasks = [];

    public RecordingRelay(string path, string destination)
    {
        _destination = destination;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _tasks.Add(AcceptAsync());
    }

    /// <summary>What went through so far; read it after the relay was disposed of.</summary>
    public IReadOnlyList<Recording> Recordings => _recordings;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        Task[] tasks;
        lock (_tasks)
        {
            tasks = [.. _tasks];
        }

        await Task.WhenAll(tasks);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_end.Token);
                lock (_tasks)
                {
                    _tasks.Add(RelayAsync(client));
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (client)
        {
            var recording = new Recording();
            lock (_tasks)
            {
                _recordings.Add(recording);
            }

            await server.ConnectAsync(new UnixDomainSocketEndPoint(_destination), _end.Token);
            await Task.WhenAll(CopyAsync(client, server, recording.Sent), CopyAsync(server, client, recording.Received));
        }
    }

    private async Task CopyAsync(Socket from, Socket to, MemoryStream record)
    {
        var buffer = new byte[4096];
        try
        {
            while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and var count)
            {
                record.Write(buffer, 0, count);
                await to.SendAsync(buffer.AsMemory(0, count), _end.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception ex) when (ex is OperationCanceledException or SocketException)
        {
            // The relay ends, or one side went away.
        }
    }

    internal sealed class Recording
    {
        public MemoryStream Sent { get; } = new();

        public MemoryStream Received { get; } = new();
    }
}
