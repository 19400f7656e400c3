using System.Net;
using System.Net.Sockets;

namespace LivCloud.Channel.Tests.Support;

/// <summary>Stands between two hosts, and can cut what goes through it: at once, or in silence.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Lock _gate = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _tasks = [];
    private string _target;
    private bool _isCut;
    private bool _isSilent;
    private TaskCompletionSource? _stall;

    public TcpRelay(string target = "")
    {
        _target = target;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _tasks.Add(AcceptAsync());
    }

    public string Address => _listener.LocalEndPoint!.ToString()!;

    /// <summary>How many connections went through.</summary>
    public int Connections { get; private set; }

    /// <summary>Breaks every connection, and leads new ones to another address.</summary>
    public void LeadTo(string target)
    {
        Cut();
        lock (_gate)
        {
            (_target, _isCut) = (target, false);
        }
    }

    /// <summary>Breaks every connection and lets no new one through.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            _stall?.TrySetResult();
            _sockets.ForEach(static socket => socket.Dispose());
            _sockets.Clear();
        }
    }

    /// <summary>Lets connections live, but nothing through those that there are.</summary>
    public void Silence()
    {
        lock (_gate)
        {
            _isSilent = true;
        }
    }

    /// <summary>Takes nothing more from the connections that there are, so that who writes to them must wait, until they are cut.</summary>
    public void Stall()
    {
        lock (_gate)
        {
            _stall = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Restore()
    {
        lock (_gate)
        {
            (_isCut, _isSilent) = (false, false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Cut();
        await Task.WhenAll(_tasks);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var incoming = await _listener.AcceptAsync();
                var outgoing = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                lock (_gate)
                {
                    if (_isCut)
                    {
                        incoming.Dispose();
                        outgoing.Dispose();
                        continue;
                    }

                    _sockets.AddRange([incoming, outgoing]);
                    Connections++;
                    _tasks.Add(JoinAsync(incoming, outgoing));
                }
            }
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task JoinAsync(Socket incoming, Socket outgoing)
    {
        try
        {
            await outgoing.ConnectAsync(IPEndPoint.Parse(_target));
            await Task.WhenAll(CopyAsync(incoming, outgoing), CopyAsync(outgoing, incoming));
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            incoming.Dispose();
            outgoing.Dispose();
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        var isDead = false;
        while (await from.ReceiveAsync(buffer) is var count and > 0)
        {
            Task? stalled;
            lock (_gate)
            {
                isDead |= _isSilent;
                stalled = _stall?.Task;
            }

            await (stalled ?? Task.CompletedTask);

            for (var sent = 0; sent < count && !isDead;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
