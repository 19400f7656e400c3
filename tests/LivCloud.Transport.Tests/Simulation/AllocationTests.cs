using LivCloud.Transport.Connections;

namespace LivCloud.Transport.Tests.Simulation;

/// <summary>Datagrams cost no memory.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData(ControlLaw.QueueBound)]
    [InlineData(ControlLaw.Native)]
    public void Sending_and_receiving_datagrams_allocates_nothing(ControlLaw law)
    {
        var settings = new EndpointSettings { Connection = new ConnectionSettings { Law = law }, Listens = true };
        var random = new Random(1);
        DatagramAddress here = new(0xFFFF_0A00_0001, 1, 0), there = new(0xFFFF_0A00_0002, 2, 0);
        var now = new Instant(0);
        var (client, server) = (new Endpoint(settings, () => (ulong)random.NextInt64(), now), new Endpoint(settings, () => (ulong)random.NextInt64(), now));
        var attempt = client.Connect(there, rendezvous: false, now);
        byte[] buffer = new byte[64 << 10], data = new byte[16 << 10];
        Connection? accepted = null;
        long received = 0;
        var dropped = 0;
        Run(4000);
        var before = (Allocated: GC.GetAllocatedBytesForCurrentThread(), Received: received);
        Run(4000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before.Allocated;
        Assert.True(received - before.Received > 2_000_000, $"{received - before.Received} bytes");
        Assert.True(dropped > 0);

        // What still grows to the size that the path needs is no cost of a datagram.
        Assert.InRange(allocated, 0, 200_000);

        void Run(int milliseconds)
        {
            for (var i = 0; i < milliseconds; i++)
            {
                now += TimeSpan.FromMilliseconds(1);
                accepted ??= server.Accept();
                while (attempt.Connection is { CanWrite: true } connection && connection.Write(data) > 0)
                {
                }

                Move(client, here, server);
                Move(server, there, client);
                int read;
                while ((read = accepted?.Read(buffer, now) ?? 0) > 0)
                {
                    received += read;
                }
            }
        }

        void Move(Endpoint from, DatagramAddress address, Endpoint to)
        {
            from.HandleTimeout(now);
            int bytes;
            while ((bytes = from.PollTransmit(now, buffer, out _, out var datagram)) > 0)
            {
                for (var at = 0; at < bytes; at += datagram)
                {
                    if (random.Next(500) == 0)
                    {
                        dropped++;
                        continue;
                    }

                    to.HandleDatagram(now, address, buffer.AsSpan(at, Math.Min(datagram, bytes - at)));
                }
            }
        }
    }
}
