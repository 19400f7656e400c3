using LivCloud.Channel.Protocol;
using LivCloud.Channel.Wire;
using LivCloud.Core;
using LivCloud.Transport;

namespace LivCloud.Channel.Tests.Simulation;

/// <summary>Two protocol cores joined by links in virtual time.</summary>
internal sealed class SimulatedSession
{
    private readonly byte[] _buffer = new byte[512 * 1024];
    private readonly Dictionary<(int Link, int End), byte[]> _partial = [];
    private readonly HashSet<(int Link, int End)> _known = [];
    private int _lastLink;

    public SimulatedSession(SessionSettings settings)
    {
        Cores =
        [
            new SessionCore(settings, HostName.Parse("cloud"), isDialer: true, Now),
            new SessionCore(settings, HostName.Parse("onprem"), isDialer: false, Now),
        ];
    }

    public SessionCore[] Cores { get; }

    public List<SimulatedLink> Links { get; } = [];

    public Instant Now { get; private set; }

    /// <summary>Called for each event of each end.</summary>
    public Action<int, SessionEvent> Handle { get; set; } = (_, _) => { };

    /// <summary>Called for each frame that is delivered: the end that receives it, its header and its body.</summary>
    public Action<int, FrameHeader, byte[]> Watch { get; set; } = (_, _, _) => { };

    public SimulatedLink AddLink(TimeSpan delay, long bytesPerSecond, int queueBytes = 64 * 1024)
    {
        var link = new SimulatedLink(++_lastLink, delay, bytesPerSecond, queueBytes);
        Links.Add(link);
        for (var end = 0; end < 2; end++)
        {
            _known.Add((link.Id, end));
            Cores[end].HandleLinkUp(Now, link.Id);
        }

        return link;
    }

    /// <summary>Takes a link away from both ends; what is on its way is lost.</summary>
    public void RemoveLink(SimulatedLink link)
    {
        Links.Remove(link);
        for (var end = 0; end < 2; end++)
        {
            Down(link.Id, end);
        }
    }

    /// <summary>Lets time pass, and everything happen that is due.</summary>
    public void Run(TimeSpan time)
    {
        var until = Now + time;
        for (var step = 0; step < 2_000_000; step++)
        {
            Act();
            var next = NextInstant();
            if (next is not { } at || at > until)
            {
                Now = until;
                Act();
                return;
            }

            Now = at > Now ? at : new Instant(Now.Ticks + 1);
        }

        throw new InvalidOperationException($"The simulation does not come forward at {Now}.");
    }

    private void Act()
    {
        var isMoving = true;
        while (isMoving)
        {
            isMoving = false;
            for (var end = 0; end < 2; end++)
            {
                if (Cores[end].PollTimeout(Now) is { } due && due <= Now)
                {
                    Cores[end].HandleTimeout(Now);
                }

                foreach (var link in Links.ToArray())
                {
                    isMoving |= Deliver(link, end) | Transmit(link, end);
                }

                TakeEvents(end);
            }
        }
    }

    private bool Deliver(SimulatedLink link, int end)
    {
        if (!link.TryReceive(Now, end, out var bytes) || !_known.Contains((link.Id, end)))
        {
            return false;
        }

        Cores[end].HandleProgress(Now, link.Id);
        byte[] all = [.. _partial.GetValueOrDefault((link.Id, end), []), .. bytes];
        var taken = 0;
        while (FrameHeader.TryRead(all.AsSpan(taken), out var header, out var error) && all.Length - taken >= header.FrameBytes)
        {
            Assert.Equal(WireError.None, error);
            var body = all.AsSpan(taken + WireLimits.FrameHeaderBytes, header.BodyBytes);
            Watch(end, header, body.ToArray());
            Cores[end].HandleFrame(Now, link.Id, header, body);
            taken += header.FrameBytes;
        }

        _partial[(link.Id, end)] = all[taken..];
        TakeEvents(end);
        return true;
    }

    private bool Transmit(SimulatedLink link, int end)
    {
        if (!_known.Contains((link.Id, end)) || link.WritableAt(end) > Now || !Cores[end].HasWork(Now, link.Id))
        {
            return false;
        }

        var count = Cores[end].PollTransmit(Now, link.Id, _buffer);
        Assert.True(count > 0 || Cores[end].End is not null, "A core with work has nothing to send.");

        // A link cuts bytes where it likes.
        for (var at = 0; at < count; at += 20_000)
        {
            link.Send(Now, end, _buffer.AsSpan(at, Math.Min(20_000, count - at)));
        }

        TakeEvents(end);
        return count > 0;
    }

    private void TakeEvents(int end)
    {
        while (Cores[end].TryTakeEvent(out var happened))
        {
            if (happened.Kind == SessionEventKind.LinkDead)
            {
                Down(happened.Link, end);
            }

            Handle(end, happened);
        }
    }

    private void Down(int link, int end)
    {
        if (_known.Remove((link, end)))
        {
            _partial.Remove((link, end));
            Cores[end].HandleLinkDown(Now, link);
        }
    }

    private Instant? NextInstant()
    {
        Instant? next = null;
        for (var end = 0; end < 2; end++)
        {
            next = Instant.Earlier(next, Cores[end].PollTimeout(Now));
            foreach (var link in Links)
            {
                if (!_known.Contains((link.Id, end)))
                {
                    continue;
                }

                next = Instant.Earlier(next, link.NextArrival(end));
                if (Cores[end].HasWork(Now, link.Id) && link.WritableAt(end) > Now)
                {
                    next = Instant.Earlier(next, link.WritableAt(end));
                }
            }
        }

        return next;
    }
}
