using LivCloud.Channel.Protocol;
using LivCloud.Channel.Sessions;
using LivCloud.Channel.Wire;
using LivCloud.Core;

namespace LivCloud.Channel;

/// <summary>Makes one more link to the session's peer, and gives it to the session.</summary>
internal delegate Task RedialAsync(ChannelSession session, byte slot, LinkTransport transport, CancellationToken cancellationToken);

/// <summary>Bringing links back, as long as the hold time lasts.</summary>
public sealed partial class ChannelSession
{
    private readonly SemaphoreSlim _attention = new(0);
    private readonly RedialPace _redialPace;

    /// <summary>Why the last attempt to bring a link back failed; null when none did.</summary>
    internal ChannelException? RedialFailure { get; private set; }

    /// <summary>Keeps the links up: the end that began the session soon, the other when the first takes too long.</summary>
    private async Task MaintainAsync()
    {
        while (true)
        {
            if (!LacksLink(out _))
            {
                await _attention.WaitAsync();
                continue;
            }

            if (_ended.Task.IsCompleted)
            {
                return;
            }

            await PauseAsync();
            if (LacksLink(out var slot) && !_ended.Task.IsCompleted && !await TryRedialAsync(slot))
            {
                lock (_gate)
                {
                    _redialPace.NoteFailed();
                }
            }
        }
    }

    /// <summary>Whether a link should be made now. Also true when the session is over, to let the caller end.</summary>
    private bool LacksLink(out byte slot)
    {
        lock (_gate)
        {
            slot = HelloFrame.ReverseSlot;
            if (_core.End is not null)
            {
                return true;
            }

            if (!_origin.IsDialer)
            {
                return _core.Links == 0 && _options.Peers.TryGetValue(Peer, out var address) && address.Length > 0;
            }

            for (slot = 1; _runners.Exists(AliveIn(slot)); slot++)
            {
            }

            return _core.Links < _options.LinksPerSession;
        }

        static Predicate<LinkRunner> AliveIn(byte slot) => one => one.Slot == slot && !one.IsStopped;
    }

    private async Task<bool> TryRedialAsync(byte slot)
    {
        try
        {
            await _redial(this, slot, _redialOver, _closed.Token);
            return true;
        }
        catch (ChannelException ex)
        {
            RedialFailure = ex;
            ChannelLog.RedialFailed(_logger, Id, Peer, ex.Message);
            if (ex.Error == ChannelError.PeerRestarted)
            {
                Finish(new SessionEnd(ChannelError.PeerRestarted, $"{Peer} was started again; the session with it is gone.", null));
            }

            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception ex)
        {
            // Whatever it was, the session lives on its links, and the next attempt may succeed.
            RedialFailure = new ChannelException(ChannelError.PeerUnreachable, $"Dialing {Peer} again failed in a way that was not foreseen.", ex);
            ChannelLog.RedialBroke(_logger, ex, Id, Peer);
            return false;
        }
    }

    /// <summary>Waits as long as an attempt must, and at the end that did not begin the session as long as the other may take.</summary>
    private async Task PauseAsync()
    {
        TimeSpan delay;
        lock (_gate)
        {
            delay = _redialPace.TakeDelay();
        }

        if (!_origin.IsDialer && delay < _options.ReverseDialDelay)
        {
            delay = _options.ReverseDialDelay;
        }

        try
        {
            await Task.Delay(delay, _clock, _closed.Token);
        }
        catch (OperationCanceledException)
        {
            // The session is over; the caller sees that.
        }
    }
}
