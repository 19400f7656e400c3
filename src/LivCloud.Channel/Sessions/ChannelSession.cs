using System.Diagnostics.CodeAnalysis;
using LivCloud.Channel.Protocol;
using LivCloud.Channel.Sessions;
using LivCloud.Channel.Wire;
using LivCloud.Core;
using LivCloud.Transport;
using Microsoft.Extensions.Logging;

namespace LivCloud.Channel;

/// <summary>Joins this agent and another, over one link or several. It outlives its links: streams see their loss only as silence.</summary>
/// <remarks>When no link comes back within the hold time, the session fails, and with it every stream.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "What it owns ends with RunAsync; the source of Closed must stay usable after that.")]
public sealed partial class ChannelSession
{
    private readonly Lock _gate = new();
    private readonly SessionCore _core;
    private readonly SessionOrigin _origin;
    private readonly ChannelOptions _options;
    private readonly IStreamAcceptor _acceptor;
    private readonly RedialAsync _redial;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Instant? _timerAt;
    private Bandwidth? _bandwidthCap;
    private bool _isBackground;
    private long _sentBytes;
    private long _receivedBytes;

    internal ChannelSession(SessionOrigin origin, ChannelOptions options, IStreamAcceptor acceptor, RedialAsync redial, TimeProvider clock, ILogger logger)
    {
        (_origin, _options, _acceptor, _redial, _clock, _logger) = (origin, options, acceptor, redial, clock, logger);
        var settings = new SessionSettings
        {
            HoldTime = options.HoldTime,
            PingInterval = options.PingInterval,
            LinkTimeout = options.LinkTimeout,
            MaxRetainedBytes = options.MaxRetainedBytes,
        };
        _redialOver = origin.Wish;
        _redialPace = new RedialPace(options.MinRedialDelay, options.MaxRedialDelay);
        _core = new SessionCore(settings, origin.Peer, origin.IsDialer, Now);
        _timer = clock.CreateTimer(static state => ((ChannelSession)state!).HandleTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        BandwidthCap = options.BandwidthCap;
    }

    /// <summary>The number of links that are up has changed; it is given. Called on any thread; it must return at once.</summary>
    public event Action<int>? LinksChanged;

    /// <summary>The other host, as its certificate says.</summary>
    public HostName Peer => _origin.Peer;

    /// <summary>Names the session at both ends.</summary>
    public Guid Id => _origin.Id;

    /// <summary>How many links are up; 0 while a lost link is being brought back.</summary>
    public int Links
    {
        get
        {
            lock (_gate)
            {
                return _core.Links;
            }
        }
    }

    /// <summary>What carries the links: "tcp" or "udt".</summary>
    public string Transport { get; private set; } = "tcp";

    /// <summary>Why that carries it, as a clause; empty before the first link.</summary>
    public string TransportReason { get; private set; } = "";

    /// <summary>The cipher suite of the newest link, such as "TLS_AES_256_GCM_SHA384".</summary>
    public string Cipher { get; private set; } = "";

    /// <summary>The smoothed round trip time of the quickest link; zero before the first answer and while no link is up.</summary>
    public TimeSpan SmoothedRtt
    {
        get
        {
            lock (_gate)
            {
                return _core.SmoothedRtt ?? TimeSpan.Zero;
            }
        }
    }

    /// <summary>How long nothing has come from the peer; null while no link is up. On a link that is well it is hardly more than <see cref="ChannelOptions.PingInterval"/>.</summary>
    public TimeSpan? Silence
    {
        get
        {
            lock (_gate)
            {
                return _core.Silence(Now);
            }
        }
    }

    /// <summary>How long a lost link may still take to come back before the session fails; null while one is up and when it is over.</summary>
    public TimeSpan? HoldRemaining
    {
        get
        {
            lock (_gate)
            {
                return _core.HoldRemaining(Now);
            }
        }
    }

    /// <summary>The cap on what this end sends on memory and disk streams; null is none. It may be changed at any time.</summary>
    public Bandwidth? BandwidthCap
    {
        get
        {
            lock (_gate)
            {
                return _bandwidthCap;
            }
        }

        set
        {
            lock (_gate)
            {
                _bandwidthCap = value;
                _core.SetCap(Now, value?.BytesPerSecond);
                Settle();
            }
        }
    }

    /// <summary>The round trip as what carries the newest link measures it all the time, queues included; null when there is no link or it does not tell.</summary>
    public TimeSpan? BusyRoundTrip
    {
        get
        {
            lock (_gate)
            {
                return _runners.LastOrDefault(one => !one.IsStopped)?.Link.RoundTrip;
            }
        }
    }

    /// <summary>What the links that are up have sent.</summary>
    public PacketCount Packets
    {
        get
        {
            lock (_gate)
            {
                return _runners.Aggregate(default(PacketCount), (sum, runner) => sum + runner.Link.Packets);
            }
        }
    }

    /// <summary>Whether what this end sends leaves the path to whoever else uses it. Links over UDT can; those over TCP share. It may be changed at any time.</summary>
    public bool IsBackground
    {
        get
        {
            lock (_gate)
            {
                return _isBackground;
            }
        }

        set
        {
            lock (_gate)
            {
                _isBackground = value;
                if (_trialSlot is null)
                {
                    SetBackground(value);
                }
            }
        }
    }

    /// <summary>What the session has done so far.</summary>
    public SessionStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return new SessionStatistics(
                    _core.Links,
                    _core.Streams,
                    _sentBytes,
                    _receivedBytes,
                    _core.RetransmittedBytes,
                    _core.UnacknowledgedBytes,
                    _core.DeliveredBytesPerSecond,
                    _core.SmoothedRtt ?? TimeSpan.Zero);
            }
        }
    }

    /// <summary>Cancelled when the session is over, for whatever reason.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Why the session is over; null while it is not, and when this end closed it.</summary>
    public ChannelException? Failure { get; private set; }

    /// <summary>Asks the peer for a stream.</summary>
    /// <param name="target">What for.</param>
    /// <param name="cancellationToken">Gives up; the peer is told.</param>
    /// <exception cref="ChannelException">The peer refused it (<see cref="ChannelError.StreamRefused"/>), or the session is over or closing.</exception>
    public async Task<ChannelStream> OpenAsync(StreamTarget target, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(target.Index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target.Index, WireLimits.MaxStreamIndex);
        if (!Enum.IsDefined(target.Kind))
        {
            throw new ArgumentOutOfRangeException(nameof(target), target.Kind, "There is no such kind of stream.");
        }

        var stream = Begin(target);
        try
        {
            await stream.Opened.WaitAsync(cancellationToken);
            return stream;
        }
        catch (OperationCanceledException)
        {
            stream.Abort("The opener gave up waiting.");
            throw;
        }
    }

    /// <summary>Closes the session if nobody uses it: one that was made for a moment. What is about to open a stream on it is told that it is closing.</summary>
    public Task CloseIfIdleAsync()
    {
        lock (_gate)
        {
            return _core.Streams > 0 ? Task.CompletedTask : CloseAsync();
        }
    }

    /// <summary>Closes the session: no new streams; those that are open may end within the drain time and are then abandoned.</summary>
    public async Task CloseAsync()
    {
        lock (_gate)
        {
            _core.BeginDrain();
            Settle();
        }

        await DrainedAsync(_options.DrainTime);
        Finish(new SessionEnd(ChannelError.Closed, $"{_options.Name} closed the session.", CloseCode.Ended));
        await _ended.Task;
    }

    /// <summary>The session in words, for logs.</summary>
    public override string ToString() => $"session {Id} with {Peer}";

    private Instant Now => new(_clock.GetElapsedTime(0).Ticks);

    private ChannelStream Begin(StreamTarget target)
    {
        lock (_gate)
        {
            if (_core.Open(target) is { } core)
            {
                var stream = new ChannelStream(this, core);
                Settle();
                return stream;
            }

            if (_core.End is { } end)
            {
                throw new ChannelException(end.Error, end.Message);
            }

            throw _core.IsDraining || _core.IsPeerDraining
                ? new ChannelException(ChannelError.Closed, $"The session with {Peer} is closing; the stream {target} can not be opened.")
                : new ChannelException(ChannelError.StreamRefused, $"The session with {Peer} has as many streams as it may have.");
        }
    }

    /// <summary>Does what follows from the last change: events, links that have something to send, the timer. Under the lock.</summary>
    private void Settle()
    {
        HandleEvents();
        var now = Now;
        foreach (var runner in _runners)
        {
            if (runner.Wake.IsArmed && (runner.IsStopped || _core.HasWork(now, runner.Id)))
            {
                runner.Wake.Set();
            }
        }

        if (_core.IsDraining && _core.IsDrained)
        {
            _drained.TrySetResult();
        }

        if (_core.PollTimeout(now) is { } due && (_timerAt is not { } at || due < at))
        {
            _timerAt = due;
            _timer.Change(due > now ? due - now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void HandleTimer()
    {
        lock (_gate)
        {
            _timerAt = null;
            _core.HandleTimeout(Now);
            Settle();
        }
    }

    private void HandleEvents()
    {
        while (_core.TryTakeEvent(out var happened))
        {
            var face = happened.Stream?.Face as ChannelStream;
            switch (happened.Kind)
            {
                case SessionEventKind.StreamReadable:
                    face?.HandleReadable(_core);
                    break;
                case SessionEventKind.StreamWritable:
                    face?.HandleWritable(_core);
                    break;
                case SessionEventKind.StreamOpened:
                    face?.HandleOpened();
                    break;
                case SessionEventKind.StreamFailed:
                    face?.HandleFailed(happened.Stream!.Failure!);
                    break;
                case SessionEventKind.StreamOffered:
                    _tasks.Add(DecideAsync(new ChannelStream(this, happened.Stream!)));
                    break;
                case SessionEventKind.LinkDead:
                    Find(happened.Link)?.Kill($"nothing came in for {Duration.Format(_options.LinkTimeout)}");
                    break;
                case SessionEventKind.LinkClosed:
                    Find(happened.Link)?.Kill("the other end closed it");
                    break;
                case SessionEventKind.Ended:
                    HandleEnded();
                    break;
            }
        }
    }

    private void HandleEnded()
    {
        var end = _core.End!;
        Failure = end.Code == CloseCode.Ended ? null
            : end.Error == ChannelError.LinkLost && RedialFailure is { Error: ChannelError.PeerUntrusted } untrusted ? untrusted
            : new ChannelException(end.Error, end.Message);
        _attention.Release();
        _linkUp.TrySetResult();
        _ended.TrySetResult();
    }
}
