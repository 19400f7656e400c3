using LivCloud.Core;
using LivCloud.Lab.Links;

namespace LivCloud.Lab.Tests;

public sealed class LinkQueueTests
{
    private const long Millisecond = 1_000_000;
    private const int PacketBytes = 1250 - LinkQueue.WireOverheadBytes;   // 10,000 bits on the wire: 1 ms at 10 Mbit/s
    private static readonly byte[] Packet = new byte[PacketBytes];

    [Fact]
    public void A_packet_comes_out_after_its_time_on_the_wire_and_the_delay()
    {
        var queue = new LinkQueue(Settings(), 0);
        Assert.Equal(PacketFate.Carried, queue.Offer(5 * Millisecond, Packet));
        Assert.Equal(31 * Millisecond, queue.NextDeparture);
        Assert.False(queue.TryTake(31 * Millisecond - 1, out _, out _));
        Assert.True(queue.TryTake(31 * Millisecond, out var packet, out var departure));
        Assert.Equal((PacketBytes, 31 * Millisecond), (packet.Length, departure));
        Assert.Equal(long.MaxValue, queue.NextDeparture);
    }

    [Fact]
    public void Packets_that_come_together_leave_at_the_links_rate_and_in_order()
    {
        var queue = new LinkQueue(Settings(), 0);
        for (byte i = 0; i < 10; i++)
        {
            var packet = new byte[PacketBytes];
            packet[0] = i;
            queue.Offer(0, packet);
        }

        for (byte i = 0; i < 10; i++)
        {
            Assert.True(queue.TryTake(long.MaxValue, out var packet, out var departure));
            Assert.Equal(i, packet[0]);
            Assert.Equal((26 + i) * Millisecond, departure);
        }
    }

    [Fact]
    public void A_queue_in_time_drops_what_would_wait_longer()
    {
        var queue = new LinkQueue(Settings() with { Queue = new LinkQueueLimit(TimeSpan.FromMilliseconds(5), null) }, 0);
        var fates = Enumerable.Range(0, 10).Select(_ => queue.Offer(0, Packet)).ToList();
        Assert.Equal(6, fates.Count(fate => fate == PacketFate.Carried));   // the sixth waits 5 ms
        Assert.Equal(PacketFate.QueueDropped, fates[6]);
        Assert.Equal(PacketFate.Carried, queue.Offer(2 * Millisecond, Packet));
    }

    [Fact]
    public void A_queue_in_packets_counts_only_those_not_yet_on_the_wire()
    {
        var queue = new LinkQueue(Settings() with { Queue = new LinkQueueLimit(null, 3) }, 0);
        Assert.Equal([PacketFate.Carried, PacketFate.Carried, PacketFate.Carried, PacketFate.QueueDropped], Enumerable.Range(0, 4).Select(_ => queue.Offer(0, Packet)));
        Assert.Equal(PacketFate.Carried, queue.Offer(Millisecond, Packet));
        Assert.Equal(PacketFate.QueueDropped, queue.Offer(Millisecond, Packet));
        Assert.Equal(4, queue.Count);
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(7UL)]
    public void Loss_is_random_near_its_rate_and_the_same_for_the_same_seed(ulong seed)
    {
        var settings = Settings() with { Loss = 0.01, Seed = seed, Queue = new LinkQueueLimit(null, 1_000_000) };
        var (first, second) = (new LinkQueue(settings, 0), new LinkQueue(settings, 0));
        var lost = 0;
        for (var now = 0L; now < 20_000 * Millisecond; now += Millisecond)
        {
            var fate = first.Offer(now, Packet);
            Assert.Equal(fate, second.Offer(now, Packet));
            lost += fate == PacketFate.Lost ? 1 : 0;
            while (first.TryTake(now, out _, out _))
            {
            }

            while (second.TryTake(now, out _, out _))
            {
            }
        }

        Assert.InRange(lost, 150, 250);
    }

    [Fact]
    public void The_two_directions_lose_different_packets()
    {
        var settings = Settings() with { Loss = 0.5 };
        var (left, right) = (new LinkQueue(settings, 0), new LinkQueue(settings, 1));
        Assert.NotEqual(Enumerable.Range(0, 50).Select(i => left.Offer(i * Millisecond, Packet)).ToList(), Enumerable.Range(0, 50).Select(i => right.Offer(i * Millisecond, Packet)).ToList());
    }

    [Fact]
    public void Jitter_stays_in_its_bounds_and_never_reorders()
    {
        var queue = new LinkQueue(Settings() with { Jitter = TimeSpan.FromMilliseconds(4) }, 0);
        var last = 0L;
        for (var i = 0; i < 1000; i++)
        {
            var now = i * 2 * Millisecond;
            queue.Offer(now, Packet);
            Assert.True(queue.TryTake(long.MaxValue, out _, out var departure));
            Assert.InRange(departure - now, 22 * Millisecond, 30 * Millisecond);
            Assert.True(departure >= last);
            last = departure;
        }
    }

    [Fact]
    public void Settings_change_for_packets_offered_later_without_overtaking()
    {
        var queue = new LinkQueue(Settings(), 0);
        queue.Offer(0, Packet);
        queue.Apply(Settings() with { Delay = TimeSpan.FromMilliseconds(1) }, reseed: false, 0);
        queue.Offer(Millisecond, Packet);
        queue.TryTake(long.MaxValue, out _, out var first);
        queue.TryTake(long.MaxValue, out _, out var second);
        Assert.Equal((26 * Millisecond, 26 * Millisecond), (first, second));
    }

    [Fact]
    public void A_cut_forgets_what_is_under_way()
    {
        var queue = new LinkQueue(Settings(), 0);
        queue.Offer(0, Packet);
        queue.Offer(0, Packet);
        Assert.Equal(2, queue.Clear());
        Assert.False(queue.TryTake(long.MaxValue, out _, out _));
        queue.Offer(0, Packet);
        Assert.Equal(26 * Millisecond, queue.NextDeparture);
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public void Every_packet_keeps_its_bytes_through_wraps_of_a_small_buffer(ulong seed)
    {
        var queue = new LinkQueue(Settings() with { Queue = new LinkQueueLimit(null, 1000) }, 0, bufferBytes: 8192);
        var random = new SplitMix64(seed);
        var expected = new Queue<byte[]>();
        long now = 0, dropped = 0;
        for (var i = 0; i < 20_000; i++)
        {
            now += (long)(random.Next() % 2_000_000);
            var packet = new byte[60 + random.Next() % 1440];
            Array.Fill(packet, (byte)i);
            if (queue.Offer(now, packet) == PacketFate.Carried)
            {
                expected.Enqueue(packet);
            }
            else
            {
                dropped++;
            }

            while (queue.TryTake(now, out var taken, out _))
            {
                Assert.True(taken.SequenceEqual(expected.Dequeue()), $"seed {seed}, packet {i}");
            }
        }

        Assert.Equal(expected.Count, queue.Count);
        Assert.True(dropped > 0, "the buffer was never full, so this test showed nothing");
    }

    [Fact]
    public void UDP_alone_is_held_to_its_own_rate()
    {
        var queue = new LinkQueue(Settings() with { UdpRate = new Bandwidth(2_000_000) }, 0);
        byte[] udp = new byte[PacketBytes], tcp = new byte[PacketBytes];
        (udp[12], udp[23], tcp[12], tcp[23]) = (8, 17, 8, 6);
        var (udps, tcps) = (0, 0);
        for (var now = 0L; now < 1000 * Millisecond; now += 2 * Millisecond)
        {
            udps += queue.Offer(now, udp) == PacketFate.Carried ? 1 : 0;
            tcps += queue.Offer(now, tcp) == PacketFate.Carried ? 1 : 0;
        }

        // 200 of 10,000 bits each in a second, and 10 that were saved before.
        Assert.InRange(udps, 205, 212);
        Assert.Equal(500, tcps);
    }

    [Fact]
    public void A_packet_longer_than_the_MTU_vanishes()
    {
        var queue = new LinkQueue(Settings() with { Mtu = 1400 }, 0);
        Assert.Equal(PacketFate.Carried, queue.Offer(0, new byte[1414]));
        Assert.Equal(PacketFate.Lost, queue.Offer(0, new byte[1415]));
    }

    [Fact]
    public void Nothing_is_allocated_per_packet()
    {
        var queue = new LinkQueue(Settings() with { Loss = 0.1, Jitter = TimeSpan.FromMilliseconds(1) }, 0);
        Exchange(queue, 10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(queue, 10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Exchange(LinkQueue queue, int packets)
    {
        for (var now = 0L; now < packets * Millisecond; now += Millisecond)
        {
            queue.Offer(now, Packet);
            while (queue.TryTake(now, out _, out _))
            {
            }
        }

        queue.Clear();
    }

    private static LinkSettings Settings() => new(
        new Bandwidth(10_000_000), TimeSpan.FromMilliseconds(25), TimeSpan.Zero, 0, LinkSettings.DefaultQueue, 1, LinkSettings.DefaultGrain);
}
