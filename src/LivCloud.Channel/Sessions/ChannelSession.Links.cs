using LivCloud.Channel.Links;
using LivCloud.Channel.Protocol;
using LivCloud.Channel.Sessions;
using LivCloud.Channel.Wire;
using LivCloud.Core;

namespace LivCloud.Channel;

/// <summary>The links of a session, and what they carry.</summary>
public sealed partial class ChannelSession
{
    /// <summary>How much more may wait unsent on a link that still looks for its rate, which may double with each round trip.</summary>
    private const int StartUpFactor = 16;

    private readonly List<LinkRunner> _runners = [];
    private readonly RunningTasks _tasks = new();
    private TaskCompletionSource _linkUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lastLink;

    internal Guid PeerInstance => _origin.PeerInstance;

    internal LinkTransport Wish => _origin.Wish;

    internal bool IsDialer => _origin.IsDialer;

    internal Task Ended => _ended.Task;

    internal bool HasEnded => _ended.Task.IsCompleted;

    /// <summary>Whether streams can be opened: the session is not over, and neither end is closing it.</summary>
    internal bool TakesStreams
    {
        get
        {
            lock (_gate)
            {
                return _core.End is null && !_core.IsDraining && !_core.IsPeerDraining;
            }
        }
    }

    internal bool HasFreeSlot
    {
        get
        {
            lock (_gate)
            {
                return _runners.Count < 16;
            }
        }
    }

    /// <summary>Runs until the session is over and its links and tasks have ended.</summary>
    internal async Task RunAsync()
    {
        ChannelLog.SessionBegins(_logger, Id, Peer);
        var maintaining = MaintainAsync();
        var watching = WatchUdpAsync();
        await _ended.Task;
        ChannelLog.SessionOver(_logger, Id, Peer, _core.End!.Message);
        try
        {
            await _closed.CancelAsync();
        }
        catch (AggregateException ex)
        {
            ChannelLog.HandlerFailed(_logger, ex);
        }

        await maintaining;
        await watching;
        await _tasks.WhenAllAsync();
        await _timer.DisposeAsync();
    }

    /// <summary>Takes a link into the session. One that has the same number is dead, or the peer would not have dialed again.</summary>
    /// <returns>false when the session is over; the link stays the caller's then.</returns>
    internal bool TryAttach(Link link, byte slot)
    {
        int links;
        lock (_gate)
        {
            if (_core.End is not null)
            {
                return false;
            }

            if (_runners.Find(one => one.Slot == slot) is { } replaced)
            {
                replaced.Kill("the peer replaced it");
                Stop(replaced);
            }

            var runner = new LinkRunner(this, ++_lastLink, slot, link, _clock) { UpSince = Now };
            _runners.Add(runner);
            link.IsBackground = _isBackground && _trialSlot is null;
            _core.HandleLinkUp(Now, runner.Id);
            RedialFailure = null;
            if (slot != _trialSlot)
            {
                (Transport, TransportReason, Cipher) = (link.Transport, _whyTcp ?? link.TransportReason, link.Cipher);
                FollowDialer();
            }

            _tasks.Add(RunLinkAsync(runner));
            Settle();
            links = _core.Links;
            _linkUp.TrySetResult();
        }

        ChannelLog.LinkUp(_logger, Id, slot, Peer, link.RemoteAddress, link.Transport, link.Cipher);
        TellLinksChanged(links);
        return true;
    }

    /// <summary>Waits until at least one link is up.</summary>
    /// <exception cref="ChannelException">The session is over.</exception>
    internal async Task WaitForLinkAsync(CancellationToken cancellationToken)
    {
        Task up;
        lock (_gate)
        {
            up = _linkUp.Task;
        }

        await up.WaitAsync(cancellationToken);
        lock (_gate)
        {
            if (_core.End is { } end)
            {
                throw new ChannelException(end.Error, end.Message);
            }
        }
    }

    /// <summary>Ends the session at once.</summary>
    internal void Finish(SessionEnd end)
    {
        lock (_gate)
        {
            _core.Finish(end);
            Settle();
        }
    }

    /// <summary>Ends the session after what was written has left, if that takes no longer than <paramref name="limit"/>.</summary>
    internal async Task ShutDownAsync(TimeSpan limit)
    {
        bool hasLinks;
        lock (_gate)
        {
            _core.BeginDrain();
            hasLinks = _core.Links > 0;
            Settle();
        }

        if (hasLinks)
        {
            await DrainedAsync(limit);
        }

        Finish(new SessionEnd(ChannelError.Closed, $"The agent of {_options.Name} is shutting down.", CloseCode.Ended));
    }

    /// <summary>Takes in what a link received.</summary>
    /// <param name="runner">The link.</param>
    /// <param name="bytes">All that was received and not taken in yet.</param>
    /// <param name="received">How many of these are new.</param>
    /// <returns>How many were taken in: whole frames.</returns>
    internal int Receive(LinkRunner runner, ReadOnlySpan<byte> bytes, int received)
    {
        lock (_gate)
        {
            var now = Now;
            _receivedBytes += received;
            _core.HandleProgress(now, runner.Id);
            var taken = 0;
            WireError error;
            while (FrameHeader.TryRead(bytes[taken..], out var header, out error) && bytes.Length - taken >= header.FrameBytes)
            {
                _core.HandleFrame(now, runner.Id, header, bytes.Slice(taken + WireLimits.FrameHeaderBytes, header.BodyBytes));
                taken += header.FrameBytes;
            }

            if (error is not (WireError.None or WireError.Truncated))
            {
                _core.HandleGarbage(error);
            }

            Settle();
            return _core.End is null ? taken : bytes.Length;
        }
    }

    /// <summary>Fills a buffer with what should go out on a link.</summary>
    /// <param name="runner">The link.</param>
    /// <param name="buffer">Where to; more than <see cref="LinkPace.MaxBatchBytes"/> and a frame.</param>
    /// <param name="wait">When nothing is to be sent: ends when something is.</param>
    /// <returns>How many bytes; 0 for none now, -1 for none any more.</returns>
    internal int Transmit(LinkRunner runner, Span<byte> buffer, out ValueTask wait)
    {
        wait = default;
        lock (_gate)
        {
            if (runner.IsStopped)
            {
                return -1;
            }

            var (now, total, target) = (Now, 0, _core.UnsentTarget(runner.Id));
            int count;
            do
            {
                count = _core.PollTransmit(now, runner.Id, buffer[total..]);
                total += count;
                HandleEvents();
            }
            while (count > 0 && total < target && buffer.Length - total > WireLimits.MaxFrameBytes);

            _sentBytes += total;
            FollowRate(runner, target);
            if (total == 0 && _core.IsFinished(runner.Id))
            {
                return -1;
            }

            if (total == 0)
            {
                wait = runner.Wake.Arm();
            }

            Settle();
            return total;
        }
    }

    /// <summary>Notes that a link has ended: what was not acknowledged on it goes out again on others.</summary>
    internal void StopLink(LinkRunner runner)
    {
        lock (_gate)
        {
            Stop(runner);
            Settle();
        }
    }

    private void Stop(LinkRunner runner)
    {
        if (!runner.IsStopped)
        {
            runner.IsStopped = true;
            _core.HandleLinkDown(Now, runner.Id);
            _redialPace.NoteLost(Now - runner.UpSince);
            Transport = _runners.LastOrDefault(one => !one.IsStopped && one.Slot != _trialSlot)?.Link.Transport ?? Transport;
            FollowDialer();
            if (_core.Links == 0 && _core.End is null)
            {
                _linkUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>The end that began the session chooses the transport; where this end has to make a link, it makes one of that kind. Under the lock.</summary>
    private void FollowDialer()
    {
        if (!_origin.IsDialer)
        {
            _redialOver = Transport == UdtCarrier.TransportName ? LinkTransport.Udt : LinkTransport.Tcp;
        }
    }

    private LinkRunner? Find(int id) => _runners.Find(one => one.Id == id);

    private void FollowRate(LinkRunner runner, int target)
    {
        // BBR does not end its start-up, and floods the path, as long as it finds nothing to send now and then.
        runner.IsStartingUp = runner.IsStartingUp && runner.Link.IsStartingUp;
        target = runner.IsStartingUp ? target * StartUpFactor : target;
        if (_options.MaxUnsentBytes is null && (target > runner.UnsentBytes * 5 / 4 || target < runner.UnsentBytes * 3 / 4))
        {
            runner.UnsentBytes = target;
            runner.Link.LimitUnsent(target);
        }
    }

    private async Task RunLinkAsync(LinkRunner runner)
    {
        await Task.Yield();
        var reason = await runner.RunAsync();
        int links;
        lock (_gate)
        {
            _runners.Remove(runner);
            links = _core.Links;
        }

        runner.Dispose();
        ChannelLog.LinkDown(_logger, Id, runner.Slot, Peer, reason);
        TellLinksChanged(links);
        _attention.Release();
    }

    private void TellLinksChanged(int links)
    {
        try
        {
            LinksChanged?.Invoke(links);
        }
        catch (Exception ex)
        {
            ChannelLog.HandlerFailed(_logger, ex);
        }
    }

    private async Task DrainedAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit, _clock);
        try
        {
            await Task.WhenAny(_drained.Task, _ended.Task).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // What remains is abandoned.
        }
    }
}
