using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using LivCloud.Transport.Connections;
using LivCloud.Transport.Sockets.Native;
using LivCloud.Transport.Sockets.Udp;

namespace LivCloud.Transport.Sockets;

/// <summary>A port of UDP with UDT connections on it: those that others make to it, and those that it makes. One thread does all that the network asks for.</summary>
public sealed class UdtSocket : IAsyncDisposable, IDatagramSink
{
    // While many packets come the thread takes naps before it looks for more, so that it is not woken for each.
    private const int ManyDatagrams = 8;
    private static readonly TimeSpan Recently = TimeSpan.FromMilliseconds(4);
    private const int TrainBytes = 64 << 10;
    private const int TimerSlackOption = 29;
    private static readonly TimeSpan Nap = TimeSpan.FromMicroseconds(500);
    private static readonly TimeSpan SoonEnough = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan ClosingTime = TimeSpan.FromMilliseconds(200);
    private readonly Lock _gate = new();
    private readonly UdpPort _port;
    private readonly Endpoint _endpoint;
    private readonly WakeUp _wakeUp = new();
    private readonly AsyncSignal _accepting = new();
    private readonly List<UdtStream> _streams = [];
    private readonly List<(ConnectionAttempt Attempt, TaskCompletionSource<UdtStream> Result)> _attempts = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _train = GC.AllocateUninitializedArray<byte>(TrainBytes, pinned: true);
    private Instant _now;
    private Instant? _sleepsUntil;
    private Instant? _endsAt;
    private Exception? _fault;
    private Instant _lookedAt;
    private double _recent;

    /// <summary>Binds the port and begins.</summary>
    /// <param name="local">Where; the unspecified address of IPv6 takes IPv4 too.</param>
    /// <param name="settings">How connections are set up, and whether others may make them.</param>
    /// <exception cref="SocketException">The port could not be had.</exception>
    public UdtSocket(IPEndPoint local, EndpointSettings settings)
    {
        _port = new UdpPort(local);
        _now = MonotonicClock.Now;
        _endpoint = new Endpoint(settings, RandomNumber, _now);
        LocalEndPoint = _port.LocalEndPoint;
        new Thread(Run) { IsBackground = true, Name = "udt", Priority = ThreadPriority.AboveNormal }.Start();
    }

    /// <summary>Where it is bound.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Connects to a peer.</summary>
    /// <param name="peer">Where it listens.</param>
    /// <param name="rendezvous">Whether the peer connects to us at the same time, rather than listen.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UdtException">Nobody answered, or the peer refused.</exception>
    public async Task<UdtStream> ConnectAsync(IPEndPoint peer, bool rendezvous = false, CancellationToken cancellationToken = default)
    {
        var result = new TaskCompletionSource<UdtStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        ConnectionAttempt attempt;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_endsAt is not null, this);
            attempt = _endpoint.Connect(DatagramAddress.From(peer), rendezvous, MonotonicClock.Now);
            _attempts.Add((attempt, result));
        }

        _wakeUp.Set();
        await using var registration = cancellationToken.UnsafeRegister(_ => Cancel(attempt, result, cancellationToken), null);
        return await result.Task.ConfigureAwait(false);
    }

    /// <summary>Takes the next connection that a peer makes. One caller at a time.</summary>
    /// <exception cref="UdtException">The port has met a fault.</exception>
    public async Task<UdtStream> AcceptAsync(CancellationToken cancellationToken = default)
    {
        await using var registration = cancellationToken.UnsafeRegister(_ => Accepting(), null);
        while (true)
        {
            ValueTask wait;
            lock (_gate)
            {
                if (_fault is { } fault)
                {
                    throw new UdtException(UdtError.Closed, $"The port of UDP met a fault and is closed: {fault.Message}", fault);
                }

                ObjectDisposedException.ThrowIf(_endsAt is not null, this);
                cancellationToken.ThrowIfCancellationRequested();
                if (_endpoint.Accept() is { } connection)
                {
                    return Add(connection);
                }

                wait = _accepting.Arm();
            }

            await wait.ConfigureAwait(false);
        }
    }

    /// <summary>Ends all connections and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_endsAt is null)
            {
                _endsAt = MonotonicClock.Now + ClosingTime;
                foreach (var connection in _endpoint.Connections)
                {
                    connection.Abort();
                }
            }

            _accepting.Set();
        }

        _wakeUp.Set();
        await _ended.Task.ConfigureAwait(false);
    }

    // Not before the kernel has given them, or a round trip could seem to end before it has.
    Instant IDatagramSink.Begin() => _now = MonotonicClock.Now;

    void IDatagramSink.Take(Instant arrivedAt, DatagramAddress from, ReadOnlySpan<byte> datagram) => _endpoint.HandleDatagram(arrivedAt, from, datagram);

    /// <summary>How often the thread has looked for something to do.</summary>
    internal long Rounds { get; private set; }

    /// <summary>Guards all connections.</summary>
    internal Lock Gate => _gate;

    /// <summary>Tells the thread that there is something to do for it; to be called with the gate held.</summary>
    internal void WakeThread()
    {
        // It looks for itself every millisecond while packets flow.
        if (_sleepsUntil is { } until && until - MonotonicClock.Now > SoonEnough)
        {
            _sleepsUntil = null;
            _wakeUp.Set();
        }
    }

    private static ulong RandomNumber()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    private void Cancel(ConnectionAttempt attempt, TaskCompletionSource<UdtStream> result, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _endpoint.Cancel(attempt);
            if (_attempts.RemoveAll(one => one.Attempt == attempt) > 0)
            {
                // It may have come about meanwhile, and nobody will hear of it.
                attempt.Connection?.Abort();
            }
        }

        result.TrySetCanceled(cancellationToken);
    }

    private void Accepting()
    {
        lock (_gate)
        {
            _accepting.Set();
        }
    }

    private UdtStream Add(Connection connection)
    {
        var stream = new UdtStream(this, connection, (_endpoint.AddressOf(connection) ?? default).ToEndPoint());
        _streams.Add(stream);
        return stream;
    }

    private void Run()
    {
        _ = LibC.prctl(TimerSlackOption, 1, 0, 0, 0);
        try
        {
            while (true)
            {
                Rounds++;
                _now = MonotonicClock.Now;
                var mayBeMore = Receive();
                Transmit();
                Instant? due;
                lock (_gate)
                {
                    if (_now >= _endsAt || (_endsAt is not null && _endpoint.IsQuiet))
                    {
                        break;
                    }

                    Tell();
                    due = _sleepsUntil = Instant.Earlier(_endpoint.PollTimeout(_now), _endsAt) ?? new Instant(long.MaxValue);
                }

                if (!mayBeMore)
                {
                    Sleep(due.Value, _recent >= ManyDatagrams);
                }
            }
        }
        catch (Exception ex)
        {
            // A fault of ours must not take the process with it: the connections of this port end, and who accepts is told.
            _fault = ex;
        }

        End();
    }

    private bool Receive()
    {
        lock (_gate)
        {
            _recent *= Math.Max(0, 1 - ((_now - _lookedAt) / Recently));
            _lookedAt = _now;
            var (datagrams, mayBeMore) = _port.Receive(this);
            _recent += datagrams;
            _endpoint.HandleTimeout(_now);
            return mayBeMore;
        }
    }

    private void Transmit()
    {
        while (true)
        {
            int bytes, datagramBytes;
            DatagramAddress to;
            lock (_gate)
            {
                bytes = _endpoint.PollTransmit(_now, _train, out to, out datagramBytes);
            }

            if (bytes == 0)
            {
                return;
            }

            _port.Send(to, _train.AsSpan(0, bytes), datagramBytes);
        }
    }

    private void Sleep(Instant due, bool naps)
    {
        var now = MonotonicClock.Now;
        if (due > now)
        {
            var time = due - now;
            _port.Wait(_wakeUp, naps && time > Nap ? Nap : due.Ticks == long.MaxValue ? null : time, forDatagrams: !naps);
        }

        _wakeUp.Reset();
    }

    // Tells those who wait what has become of it; the gate is held.
    private void Tell()
    {
        for (var i = _streams.Count - 1; i >= 0; i--)
        {
            if (_streams[i].Tell())
            {
                _streams.RemoveAt(i);
            }
        }

        for (var i = _attempts.Count - 1; i >= 0; i--)
        {
            var (attempt, result) = _attempts[i];
            if (attempt.State == ConnectionAttemptState.Pending)
            {
                continue;
            }

            _attempts.RemoveAt(i);
            if (attempt.Connection is { } connection)
            {
                result.TrySetResult(Add(connection));
            }
            else
            {
                result.TrySetException(attempt.State == ConnectionAttemptState.Refused
                    ? new UdtException(UdtError.Refused, $"{attempt.Peer} refuses a UDT connection.")
                    : new UdtException(UdtError.NoAnswer, $"No answer over UDP from {attempt.Peer}."));
            }
        }

        if (_endpoint.HasBacklog)
        {
            _accepting.Set();
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _endsAt ??= _now;
            foreach (var connection in _endpoint.Connections)
            {
                connection.Abort();
            }

            Tell();
            foreach (var (attempt, result) in _attempts)
            {
                result.TrySetException(new UdtException(UdtError.Closed, $"The socket was closed while {attempt.Peer} was connected to."));
            }

            _accepting.Set();
        }

        _port.Dispose();
        _wakeUp.Dispose();
        _ended.TrySetResult();
    }
}
