using System.Net.Sockets;
using LivCloud.Agent.Configuration;
using LivCloud.Agent.Relays.Disks;
using LivCloud.Channel;
using LivCloud.Core;
using LivCloud.Migration.Ports;

namespace LivCloud.Agent.Relays;

/// <summary>The sockets at the source that stand for the destination's libvirt, memory and disks.</summary>
internal sealed class OutboundRelay : IMigrationRelay
{
    private readonly AgentOptions _options;
    private readonly ChannelSession _session;
    private readonly MigrationId _id;
    private readonly IFinishGate _gate;
    private readonly TrustedUsers _users;
    private readonly string _directory;
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Socket> _listeners = [];
    private readonly List<Task> _accepting = [];
    private readonly Lock _lock = new();
    private readonly List<(Task Running, ChannelStream Stream, StreamKind Kind)> _relays = [];
    private readonly List<OutboundDisk> _disks = [];
    private bool _closed;

    /// <summary>Opens the sockets.</summary>
    public OutboundRelay(AgentOptions options, ChannelSession session, MigrationId id, IFinishGate gate, TrustedUsers users)
    {
        (_options, _session, _id, _gate, _users) = (options, session, id, gate, users);
        _directory = MigrationDirectory.Make(options, id);
        Accept(MigrationDirectory.Libvirt, StreamKind.Libvirt);
        Accept(MigrationDirectory.Memory, StreamKind.Memory);
        Accept(MigrationDirectory.Disks, StreamKind.Disk);
    }

    /// <inheritdoc/>
    public string ConnectionUri => $"qemu+unix:///system?socket={_directory}/{MigrationDirectory.Libvirt}";

    /// <inheritdoc/>
    public string MigrationUri => $"unix://{_directory}/{MigrationDirectory.Memory}";

    /// <inheritdoc/>
    public string DisksUri => $"unix://{_directory}/{MigrationDirectory.Disks}";

    /// <inheritdoc/>
    public long WireBytes
    {
        get
        {
            lock (_lock)
            {
                return _relays.Sum(relay => relay.Stream.WireBytes);
            }
        }
    }

    /// <inheritdoc/>
    public void DropDisks()
    {
        lock (_lock)
        {
            foreach (var (_, stream, _) in _relays.Where(relay => relay.Kind == StreamKind.Disk))
            {
                stream.Abort("the migration goes back");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        List<(Task Running, ChannelStream Stream, StreamKind Kind)> relays;
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            relays = [.. _relays];
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }

        foreach (var (_, stream, _) in relays)
        {
            stream.Abort("the migration is over");
        }

        await Task.WhenAll([.. _accepting, .. relays.Select(relay => relay.Running)]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        MigrationDirectory.Remove(_options, _id);
        _closing.Dispose();
    }

    private void Accept(string name, StreamKind kind)
    {
        var listener = UnixSocket.Listen(Path.Combine(_directory, name));
        _listeners.Add(listener);
        _accepting.Add(Task.Run(() => AcceptAsync(listener, kind)));
    }

    private async Task AcceptAsync(Socket listener, StreamKind kind)
    {
        for (var index = 0; ;)
        {
            Socket local;
            try
            {
                local = await listener.AcceptAsync(_closing.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                if (!_users.Trusts(local))
                {
                    local.Dispose();
                    continue;
                }

                Run(local, await _session.OpenAsync(new StreamTarget(kind, _id, index++), _closing.Token).ConfigureAwait(false), kind);
            }
            catch (Exception exception) when (exception is ChannelException or SocketException or OperationCanceledException)
            {
                // Libvirt or QEMU sees its connection closed and reports the migration failed.
                local.Dispose();
            }
        }
    }

    private void Run(Socket local, ChannelStream stream, StreamKind kind)
    {
        lock (_lock)
        {
            if (_closed)
            {
                stream.Abort("the migration is over");
            }

            _relays.Add((Task.Run(Relay(local, stream, kind)), stream, kind));
        }
    }

    private Func<Task> Relay(Socket local, ChannelStream stream, StreamKind kind)
    {
        switch (kind)
        {
            case StreamKind.Libvirt:
                return () => OutboundLibvirt.RunAsync(local, stream, _gate, WaitDisksWrittenAsync);
            case StreamKind.Disk:
                var disk = new OutboundDisk(local, stream);
                _disks.Add(disk);
                return async () =>
                {
                    using (disk)
                    {
                        await disk.RunAsync().ConfigureAwait(false);
                    }
                };
            case StreamKind.Memory:
            case StreamKind.Api or StreamKind.Console:
            default:
                return () => StreamBridge.RunAsync(local, stream);
        }
    }

    private Task WaitDisksWrittenAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_disks.Select(disk => disk.WaitWrittenAsync()));
        }
    }
}
