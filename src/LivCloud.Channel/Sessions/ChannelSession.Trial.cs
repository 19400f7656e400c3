using LivCloud.Channel.Links;
using LivCloud.Channel.Sessions;
using LivCloud.Core;

namespace LivCloud.Channel;

/// <summary>Leaving UDT where UDP is held down on the way: a link over TCP runs beside it for a moment, and the faster one stays.</summary>
/// <remarks>The end that began the session does this, for what it sends itself; it alone chose the transport.</remarks>
public sealed partial class ChannelSession
{
    private const int MostLinksWithTrial = 15;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TrialTime = TimeSpan.FromSeconds(4);

    /// <summary>How long a trial that changed nothing is not made again: it costs the path something.</summary>
    private static readonly TimeSpan BetweenTrials = TimeSpan.FromMinutes(5);

    /// <summary>Over what lost links are made again; what was wished, until TCP has shown to be faster.</summary>
    private LinkTransport _redialOver;

    /// <summary>Why UDT was left; null when it was not.</summary>
    private string? _whyTcp;

    /// <summary>The slot of the link that runs for a trial only; null when none does.</summary>
    private byte? _trialSlot;

    /// <summary>Watches what is lost, for a session that may choose.</summary>
    private async Task WatchUdpAsync()
    {
        if (!_origin.IsDialer || _origin.Wish != LinkTransport.Auto || _options.LinksPerSession > MostLinksWithTrial)
        {
            return;
        }

        try
        {
            while (_whyTcp is null)
            {
                await WaitForDoubtAsync();
                if (!await TryTcpAsync())
                {
                    await Task.Delay(BetweenTrials, _clock, _closed.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over.
        }
        catch (Exception ex)
        {
            // Whatever it was, the session goes on as it is.
            ChannelLog.RedialBroke(_logger, ex, Id, Peer);
        }
    }

    /// <summary>A cap would be measured, not the path.</summary>
    private async Task WaitForDoubtAsync()
    {
        var doubt = new UdpDoubt();
        do
        {
            await Task.Delay(LookInterval, _clock, _closed.Token);
        }
        while (Transport != UdtCarrier.TransportName || !doubt.Add(Packets) || BandwidthCap is not null);
    }

    /// <returns>Whether UDT was left.</returns>
    private async Task<bool> TryTcpAsync()
    {
        var slot = (byte)(_options.LinksPerSession + 1);
        lock (_gate)
        {
            _trialSlot = slot;

            // A flow that yields to TCP would show nothing beside it.
            SetBackground(false);
        }

        try
        {
            await _redial(this, slot, LinkTransport.Tcp, _closed.Token);
            return await JudgeAsync(slot);
        }
        catch (ChannelException ex)
        {
            ChannelLog.RedialFailed(_logger, Id, Peer, ex.Message);
            return false;
        }
        finally
        {
            lock (_gate)
            {
                _trialSlot = null;
                SetBackground(_isBackground);
            }
        }
    }

    private async Task<bool> JudgeAsync(byte slot)
    {
        await Task.Delay(TrialTime, _clock, _closed.Token);
        lock (_gate)
        {
            var (tcp, udt) = (RateOf(runner => runner.Slot == slot), RateOf(runner => runner.Slot != slot));
            var isFaster = TransportChoice.IsWorthLeaving(udt, tcp);
            ChannelLog.TriedTcp(_logger, Id, Peer, udt, tcp);
            var losers = _runners.FindAll(runner => !runner.IsStopped && runner.Slot == slot != isFaster);
            if (losers.Count == _runners.Count(runner => !runner.IsStopped))
            {
                // Only one of the two is left, and the session lives on it.
                return false;
            }

            if (isFaster)
            {
                (_redialOver, _whyTcp) = (LinkTransport.Tcp, TransportChoice.HeldDown(udt, tcp));
                (Transport, TransportReason) = (TcpCarrier.TransportName, _whyTcp);
            }

            losers.ForEach(loser => loser.Kill("the other transport is faster"));
            return isFaster;
        }
    }

    /// <summary>Under the lock.</summary>
    private void SetBackground(bool isBackground) => _runners.ForEach(runner => runner.Link.IsBackground = isBackground);

    private Bandwidth RateOf(Func<LinkRunner, bool> which) => new(_runners.Where(which).Sum(runner => _core.BytesPerSecond(runner.Id)) * 8);
}
