using LivCloud.Channel.Protocol;
using LivCloud.Channel.Wire;
using LivCloud.Transport;

namespace LivCloud.Channel.Tests.Simulation;

public sealed class SessionRuleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly byte[] Bulk = new byte[1024 * 1024];
    private readonly SimulatedSession _session = new(new SessionSettings { MaxRetainedBytes = 4 * 1024 * 1024 });
    private readonly List<StreamCore> _there = [];

    public SessionRuleTests() => _session.Handle = (end, happened) =>
    {
        if (happened.Kind == SessionEventKind.StreamOffered)
        {
            _there.Add(happened.Stream!);
            _session.Cores[end].Accept(happened.Stream!);
        }
    };

    private SessionCore Here => _session.Cores[0];

    private SessionCore There => _session.Cores[1];

    [Fact]
    public void Urgent_bytes_overtake_bulk_that_waits()
    {
        _session.AddLink(TimeSpan.FromMilliseconds(10), 1_000_000, 16 * 1024);
        var (memory, api) = (Open(StreamKind.Memory), Open(StreamKind.Api));
        for (var step = 0; step < 200; step++)
        {
            Here.Write(memory, Bulk);
            _session.Run(TimeSpan.FromMilliseconds(10));
        }

        Here.Write(memory, Bulk);
        Here.Write(api, new byte[100]);
        _session.Run(TimeSpan.FromMilliseconds(100));
        Assert.Equal(100, Peer(api).Receive.Available);
    }

    [Fact]
    public void Disks_go_before_memory_and_streams_of_one_kind_share_fairly()
    {
        _session.AddLink(TimeSpan.FromMilliseconds(1), 10_000_000);
        var (memory, disk1, disk2) = (Open(StreamKind.Memory), Open(StreamKind.Disk), Open(StreamKind.Disk));
        for (var step = 0; step < 1000; step++)
        {
            foreach (var stream in new[] { memory, disk1, disk2 })
            {
                Here.Write(stream, Bulk);
            }

            _session.Run(TimeSpan.FromMilliseconds(1));
        }

        var (first, second) = (Peer(disk1).Receive.ContiguousOffset, Peer(disk2).Receive.ContiguousOffset);
        Assert.InRange(first / (double)second, 0.9, 1.1);
        Assert.InRange(Peer(memory).Receive.ContiguousOffset, 0, (first + second) / 20);
    }

    [Fact]
    public void The_cap_holds_for_bulk_and_not_for_what_is_urgent()
    {
        _session.AddLink(TimeSpan.FromMilliseconds(1), 100_000_000);
        var (memory, api) = (Open(StreamKind.Memory), Open(StreamKind.Api));
        Here.SetCap(_session.Now, 1_000_000);
        var before = Peer(memory).Receive.ContiguousOffset;
        for (var step = 0; step < 500; step++)
        {
            Here.Write(memory, Bulk);
            _session.Run(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(Peer(memory).Receive.ContiguousOffset - before, 4_800_000, 5_200_000);
        Here.Write(api, new byte[64 * 1024]);
        _session.Run(TimeSpan.FromMilliseconds(5));
        Assert.Equal(64 * 1024, Peer(api).Receive.Available);
    }

    [Fact]
    public void A_sender_stops_at_the_window_and_goes_on_when_it_is_read()
    {
        _session.AddLink(TimeSpan.FromMilliseconds(1), 100_000_000);
        var api = Open(StreamKind.Api);
        var window = StreamKind.Api.WindowBytes();
        var written = 0;
        for (var step = 0; step < 100; step++)
        {
            written += Here.Write(api, Bulk);
            _session.Run(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(window, written);
        Assert.Equal(window, Peer(api).Receive.Available);
        Assert.Equal(window, There.Read(Peer(api), Bulk));
        _session.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(64 * 1024, Here.Write(api, Bulk));
    }

    [Fact]
    public void Bulk_pauses_when_too_much_is_not_acknowledged()
    {
        var link = _session.AddLink(TimeSpan.FromMilliseconds(1), 100_000_000, 64 * 1024 * 1024);
        var memory = Open(StreamKind.Memory);
        link.IsSilent = true;
        for (var step = 0; step < 1000; step++)
        {
            Here.Write(memory, Bulk);
            _session.Run(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(Here.UnacknowledgedBytes, 4 * 1024 * 1024, (4 * 1024 * 1024) + WireLimits.MaxFrameBytes);
        Assert.InRange(Here.HeldBytes, 0, 5 * 1024 * 1024);
    }

    [Fact]
    public void What_is_urgent_passes_bulk_that_is_not_acknowledged_and_pauses_at_twice_as_much()
    {
        var link = _session.AddLink(TimeSpan.FromMilliseconds(1), 100_000_000, 64 * 1024 * 1024);
        var memory = Open(StreamKind.Memory);
        var consoles = Enumerable.Range(0, 10).Select(_ => Open(StreamKind.Console)).ToArray();
        link.IsSilent = true;
        for (var step = 0; step < 1000; step++)
        {
            Here.Write(memory, Bulk);
            Array.ForEach(consoles, console => Here.Write(console, Bulk));
            _session.Run(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(Here.UnacknowledgedBytes, 8 * 1024 * 1024, (8 * 1024 * 1024) + WireLimits.MaxFrameBytes);
    }

    [Fact]
    public void A_silent_link_is_given_up_and_what_it_took_goes_by_another()
    {
        var silent = _session.AddLink(TimeSpan.FromMilliseconds(1), 1_000_000);
        var memory = Open(StreamKind.Memory);
        silent.IsSilent = true;
        Here.Write(memory, new byte[50_000]);
        _session.Run(Second);
        _session.AddLink(TimeSpan.FromMilliseconds(1), 1_000_000);
        _session.Run(Second * 12);
        Assert.Equal(50_000, Peer(memory).Receive.Available);
        Assert.Equal(1, Here.Links);
        Assert.InRange(Here.RetransmittedBytes, 50_000, 60_000);
    }

    [Fact]
    public void A_slow_link_full_of_bulk_is_not_given_up()
    {
        _session.AddLink(TimeSpan.FromMilliseconds(500), 8_000, 128 * 1024);
        var memory = Open(StreamKind.Memory);
        for (var step = 0; step < 120; step++)
        {
            Here.Write(memory, Bulk);
            There.Write(Peer(memory), Bulk);
            _session.Run(Second);
        }

        Assert.Equal((1, 1), (Here.Links, There.Links));
        Assert.True(Peer(memory).Receive.Available > 500_000);
    }

    [Fact]
    public void Without_any_link_the_session_fails_after_the_hold_time_and_not_before()
    {
        var link = _session.AddLink(TimeSpan.FromMilliseconds(1), 1_000_000);
        var memory = Open(StreamKind.Memory);
        _session.RemoveLink(link);
        _session.Run(Second * 119);
        Assert.Null(Here.End);
        _session.Run(Second * 2);
        Assert.Equal(ChannelError.LinkLost, Here.End?.Error);
        Assert.Equal(ChannelError.LinkLost, memory.Failure?.Error);
        Assert.Equal(0, Here.HeldBytes);
    }

    [Fact]
    public void The_round_trip_time_is_measured()
    {
        _session.AddLink(TimeSpan.FromMilliseconds(40), 10_000_000);
        _session.Run(Second * 10);
        Assert.InRange(Here.SmoothedRtt!.Value.TotalMilliseconds, 79, 82);
    }

    [Fact]
    public void A_closed_session_tells_its_peer_and_complete_streams_can_still_be_read()
    {
        _session.AddLink(TimeSpan.FromMilliseconds(1), 10_000_000);
        var (whole, cut) = (Open(StreamKind.Libvirt), Open(StreamKind.Libvirt));
        Here.Write(whole, new byte[1000]);
        Here.CompleteWrites(whole);
        Here.Write(cut, new byte[1000]);
        _session.Run(Second);
        Here.Finish(new SessionEnd(ChannelError.Closed, "The test is over.", CloseCode.Ended));
        _session.Run(Second);
        Assert.Equal(ChannelError.Closed, There.End?.Error);
        Assert.Equal(1000, There.Read(Peer(whole), Bulk));
        Assert.True(Peer(whole).HasReadAll);
        Assert.Equal(0, There.Read(Peer(cut), Bulk));
    }

    [Fact]
    public void A_stream_that_is_abandoned_after_its_end_and_before_it_was_read_has_not_ended_well()
    {
        _session.AddLink(TimeSpan.FromMilliseconds(1), 10_000_000);
        var (unread, read) = (Open(StreamKind.Libvirt), Open(StreamKind.Libvirt));
        foreach (var stream in new[] { unread, read })
        {
            Here.Write(stream, new byte[1000]);
            Here.CompleteWrites(stream);
        }

        _session.Run(Second);
        Assert.Equal(1000, There.Read(Peer(read), Bulk));
        Here.Abort(unread, "The test wants it.");
        Here.Abort(read, "The test wants it.");
        _session.Run(Second);
        Assert.Equal(ChannelError.StreamReset, Peer(unread).Failure?.Error);
        Assert.False(Peer(unread).HasReceivedAll);
        Assert.False(Peer(unread).HasReadAll);
        Assert.True(Peer(read).HasReadAll);
    }

    [Fact]
    public void After_goodbye_nothing_is_opened_but_what_is_open_goes_on()
    {
        _session.AddLink(TimeSpan.FromMilliseconds(1), 10_000_000);
        var api = Open(StreamKind.Api);
        Here.BeginDrain();
        _session.Run(Second);
        Assert.Null(Here.Open(api.Target));
        Assert.Null(There.Open(api.Target));
        Here.Write(api, new byte[10]);
        Here.CompleteWrites(api);
        _session.Run(Second);
        Assert.False(Here.IsDrained);
        Assert.Equal(10, There.Read(Peer(api), Bulk));
        There.CompleteWrites(Peer(api));
        _session.Run(Second);
        Assert.Equal(0, Here.Read(api, Bulk));
        Assert.True(Here.IsDrained);
    }

    [Fact]
    public void Neither_sending_nor_receiving_allocates_per_frame()
    {
        var settings = new SessionSettings();
        var (sender, receiver) = (Core(isDialer: true), Core(isDialer: false));
        var (now, buffer) = (new Instant(0), new byte[512 * 1024]);
        var stream = sender.Open(new StreamTarget(StreamKind.Memory, null, 0))!;
        Exchange(200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(2000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // A collection on behalf of another test takes the thread's allocation room, of 8 KiB, and counts it. An object a round would be 48,000 B at least.
        Assert.True(allocated < 24_000, $"{allocated} B were allocated for 2000 rounds.");
        Assert.True(stream.Send.WrittenOffset > 100_000_000);

        SessionCore Core(bool isDialer)
        {
            var core = new SessionCore(settings, LivCloud.Core.HostName.Parse("cloud"), isDialer, new Instant(0));
            core.HandleLinkUp(new Instant(0), 1);
            return core;
        }

        void Exchange(int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                now += TimeSpan.FromMilliseconds(1);
                sender.Write(stream, Bulk);
                Pass(sender, receiver);
                Pass(receiver, sender);
            }
        }

        void Pass(SessionCore from, SessionCore to)
        {
            var count = from.PollTransmit(now, 1, buffer);
            for (var at = 0; at < count;)
            {
                Assert.True(FrameHeader.TryRead(buffer.AsSpan(at), out var header, out _));
                to.HandleFrame(now, 1, header, buffer.AsSpan(at + WireLimits.FrameHeaderBytes, header.BodyBytes));
                at += header.FrameBytes;
            }

            while (to.TryTakeEvent(out var happened))
            {
                if (happened.Kind == SessionEventKind.StreamOffered)
                {
                    to.Accept(happened.Stream!);
                }
                else if (happened.Kind == SessionEventKind.StreamReadable)
                {
                    to.Read(happened.Stream!, Bulk);
                }
            }
        }
    }

    private StreamCore Open(StreamKind kind)
    {
        var stream = Here.Open(new StreamTarget(kind, null, 0))!;
        _session.Run(Second * 3);
        Assert.Equal(StreamPhase.Open, stream.Phase);
        return stream;
    }

    private StreamCore Peer(StreamCore stream) => _there.Single(one => one.Id == stream.Id);
}
