using LivCloud.Channel.Protocol;

namespace LivCloud.Channel.Tests.Protocol;

public sealed class ReceiveOrderTests
{
    [Fact]
    public void Pieces_in_any_order_and_repeated_come_out_in_order_and_once()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[200_000];
            random.NextBytes(bytes);
            var pool = new BlockPool();
            var order = new ReceiveOrder(pool, 256 * 1024, 16 * 1024);
            var got = new List<byte>();
            var piece = new byte[30_000];
            while (got.Count < bytes.Length)
            {
                var at = random.Next(Math.Max(0, got.Count - 5000), bytes.Length);
                Assert.True(order.TryStore(at, bytes.AsSpan(at, random.Next(0, Math.Min(30_000, bytes.Length - at) + 1))));
                got.AddRange(piece[..order.Read(piece.AsSpan(0, random.Next(piece.Length)))]);
            }

            Assert.True(bytes.AsSpan().SequenceEqual(got.ToArray()), $"Seed {seed}");
            Assert.Equal(0, pool.LentBytes);
        }
    }

    [Fact]
    public void Too_many_gaps_are_refused()
    {
        var order = new ReceiveOrder(new BlockPool(), 256 * 1024, 16 * 1024);
        for (var at = 0; at < ReceiveOrder.MaxSpans; at++)
        {
            Assert.True(order.TryStore(1 + (2 * at), [1]));
        }

        Assert.False(order.TryStore(1 + (2 * ReceiveOrder.MaxSpans), [1]));
        Assert.True(order.TryStore(0, [1]));
        Assert.Equal(2, order.Available);
    }

    [Fact]
    public void A_discarded_stream_gives_its_memory_back()
    {
        var pool = new BlockPool();
        var order = new ReceiveOrder(pool, 256 * 1024, 16 * 1024);
        Assert.True(order.TryStore(100_000, new byte[50_000]));
        Assert.NotEqual(0, pool.LentBytes);
        order.Clear();
        Assert.Equal(0, pool.LentBytes);
    }
}
