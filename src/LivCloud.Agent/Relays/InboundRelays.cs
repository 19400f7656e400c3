using System.Collections.Concurrent;
using System.Net.Sockets;
using LivCloud.Agent.Configuration;
using LivCloud.Agent.Relays.Disks;
using LivCloud.Channel;
using LivCloud.Core;
using LivCloud.Migration.Destination;

namespace LivCloud.Agent.Relays;

/// <summary>The streams of migrations that come to this host, each joined to a socket of the local libvirt or QEMU.</summary>
/// <param name="options">Where sockets are.</param>
/// <param name="users">Who may have made them.</param>
public sealed class InboundRelays(AgentOptions options, TrustedUsers users) : IInboundRelays
{
    private readonly ConcurrentDictionary<MigrationId, Streams> _migrations = new();

    /// <summary>Called when the streams of a migration broke because the source's session was lost.</summary>
    public Action<MigrationId>? StreamsLost { get; set; }

    /// <summary>Called when libvirt has run the guest of a migration, before the source hears of it.</summary>
    public Action<MigrationId>? GuestResumed { get; set; }

    /// <inheritdoc/>
    public async Task OpenAsync(MigrationId id, CancellationToken cancellationToken)
    {
        await users.LearnAsync(cancellationToken).ConfigureAwait(false);
        MigrationDirectory.Make(options, id);
        _migrations[id] = new Streams();
    }

    /// <inheritdoc/>
    public bool IsActive(MigrationId id) => _migrations.TryGetValue(id, out var streams) && streams.IsActive;

    /// <inheritdoc/>
    public async Task CloseAsync(MigrationId id, CancellationToken cancellationToken)
    {
        if (_migrations.TryRemove(id, out var streams))
        {
            await streams.CloseAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        MigrationDirectory.Remove(options, id);
    }

    /// <summary>Joins a stream to its local socket.</summary>
    /// <returns>Why not; null when it is joined.</returns>
    public async Task<StreamRefusal?> JoinAsync(MigrationId id, ChannelStream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!_migrations.TryGetValue(id, out var streams))
        {
            return new StreamRefusal($"migration {id} is not prepared here");
        }

        try
        {
            switch (stream.Target.Kind)
            {
                case StreamKind.Libvirt:
                    var daemon = await LibvirtSocket.ConnectAsync(options.LibvirtSocket, cancellationToken).ConfigureAwait(false);
                    streams.Run(new InboundLibvirt(daemon, stream, () => GuestResumed?.Invoke(id)), regular =>
                    {
                        if (!regular)
                        {
                            StreamsLost?.Invoke(id);
                        }
                    });
                    return null;
                case StreamKind.Memory:
                    var memory = await streams.InMemoryOrderAsync(
                        stream.Target.Index, token => ConnectAsync(id, MigrationDirectory.Memory, token), cancellationToken).ConfigureAwait(false);
                    streams.Run(stream, () => StreamBridge.RunAsync(memory, stream));
                    return null;
                case StreamKind.Disk:
                    var disk = await ConnectAsync(id, MigrationDirectory.Disks, cancellationToken).ConfigureAwait(false);
                    streams.Run(stream, () => InboundDisk.RunAsync(disk, stream));
                    return null;
                case StreamKind.Api or StreamKind.Console:
                default:
                    return new StreamRefusal($"a stream of kind {stream.Target.Kind} belongs to no migration");
            }
        }
        catch (Exception exception) when (exception is SocketException or FailureException)
        {
            return new StreamRefusal($"the local end of {stream.Target} can not be reached: {exception.Message}");
        }
    }

    private async Task<Socket> ConnectAsync(MigrationId id, string name, CancellationToken cancellationToken)
    {
        var path = Path.Combine(options.MigrationDirectory(id), name);
        var socket = await UnixSocket.ConnectAsync(path, cancellationToken).ConfigureAwait(false);
        if (users.Trusts(socket))
        {
            return socket;
        }

        socket.Dispose();
        throw new FailureException(FailureCode.HypervisorFailed, $"The socket {path} was made by a user who runs no emulators.", "Find out who does that on this host.");
    }

    /// <summary>The streams of one migration.</summary>
    private sealed class Streams
    {
        private readonly Lock _lock = new();
        private readonly List<(Task Running, Action Close)> _relays = [];
        private readonly Dictionary<int, TaskCompletionSource> _memoryJoined = [];
        private bool _closed;

        public bool IsActive
        {
            get
            {
                lock (_lock)
                {
                    return _relays.Any(relay => !relay.Running.IsCompleted);
                }
            }
        }

        public void Run(InboundLibvirt relay, Action<bool> ended) => Add(
            async () =>
            {
                using (relay)
                {
                    ended(await relay.RunAsync().ConfigureAwait(false));
                }
            },
            relay.Close);

        public void Run(ChannelStream remote, Func<Task> relay) => Add(relay, () => remote.Abort("the migration is settled"));

        public async Task<Socket> InMemoryOrderAsync(int index, Func<CancellationToken, Task<Socket>> connect, CancellationToken cancellationToken)
        {
            // QEMU tells its memory connections apart by the order in which they come.
            if (index > 0)
            {
                await Joined(index - 1).Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            var socket = await connect(cancellationToken).ConfigureAwait(false);
            Joined(index).TrySetResult();
            return socket;
        }

        public async Task CloseAsync()
        {
            List<(Task Running, Action Close)> relays;
            lock (_lock)
            {
                _closed = true;
                relays = [.. _relays];
            }

            foreach (var (_, close) in relays)
            {
                close();
            }

            await Task.WhenAll(relays.Select(relay => relay.Running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private TaskCompletionSource Joined(int index)
        {
            lock (_lock)
            {
                return _memoryJoined.TryGetValue(index, out var joined)
                    ? joined
                    : _memoryJoined[index] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        private void Add(Func<Task> run, Action close)
        {
            lock (_lock)
            {
                _relays.Add((Task.Run(run), close));
                if (_closed)
                {
                    close();
                }
            }
        }
    }
}
