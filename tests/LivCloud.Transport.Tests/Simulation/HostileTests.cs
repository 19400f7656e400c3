using System.Buffers.Binary;
using LivCloud.Transport.Connections;
using LivCloud.Transport.Packets;
using Xunit.Abstractions;

namespace LivCloud.Transport.Tests.Simulation;

/// <summary>Packets that somebody else sends: nothing that they say ends or stalls a connection.</summary>
public sealed class HostileTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(ControlLaw.QueueBound)]
    [InlineData(ControlLaw.Native)]
    public void Random_packets_that_know_the_socket_do_no_harm(ControlLaw law)
    {
        var pair = new SimulatedPair(output, new PathSettings(), new ConnectionSettings { Law = law });
        var transfer = new SimulatedTransfer(pair.Client, pair.Server, 3_000_000);
        pair.Network.RunUntil(() => transfer.Received > 100_000, TimeSpan.FromSeconds(10));
        for (var i = 0; i < 3000; i++)
        {
            pair.Network.Run(TimeSpan.FromMicroseconds(300));
            Inject(pair, pair.Client, pair.Server.Address, transfer.Client!);
            Inject(pair, pair.Server, pair.Client.Address, transfer.Server!);
        }

        Assert.True(pair.Network.RunUntil(() => transfer.Received == 3_000_000, TimeSpan.FromSeconds(60)));
        pair.Tell(transfer);
        Assert.True(transfer.IsIntact);
    }

    [Fact]
    public void Forged_acknowledgements_loss_reports_and_closings_without_the_token_are_left_out()
    {
        var pair = new SimulatedPair(output, new PathSettings());
        var transfer = pair.Begin();
        pair.Network.Run(TimeSpan.FromSeconds(2));
        var datagram = new byte[PacketHeader.Bytes + 64];
        foreach (var type in (ControlType[])[ControlType.Shutdown, ControlType.Acknowledgement, ControlType.LossReport, ControlType.PeerError, ControlType.DropRequest])
        {
            for (var near = -1000; near < 1000; near += 50)
            {
                PacketHeader.Control(type, 1, 0, transfer.Client!.LocalSocket).Write(datagram);
                BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(PacketHeader.Bytes), transfer.Client.NextSequence.Value + (uint)near);
                pair.Network.Inject(pair.Client, pair.Server.Address, [.. datagram]);
                PacketHeader.Control(type, 1, 0, transfer.Server!.LocalSocket).Write(datagram);
                pair.Network.Inject(pair.Server, pair.Client.Address, [.. datagram]);
            }
        }

        foreach (var extension in Enum.GetValues<Extension>())
        {
            PacketHeader.Control(ControlType.UserDefined, 1, 0, transfer.Client!.LocalSocket, (ushort)extension).Write(datagram);
            pair.Network.Inject(pair.Client, pair.Server.Address, [.. datagram]);
        }

        // Somebody says all the time that the connection is not known: both are asked, and answer.
        for (var i = 0; i < 20; i++)
        {
            PacketHeader.Control(ControlType.UserDefined, transfer.Server!.LocalSocket, 0, 0, (ushort)Extension.Unknown).Write(datagram);
            pair.Network.Inject(pair.Client, pair.Server.Address, datagram[..PacketHeader.Bytes]);
            PacketHeader.Control(ControlType.UserDefined, transfer.Client!.LocalSocket, 0, 0, (ushort)Extension.Unknown).Write(datagram);
            pair.Network.Inject(pair.Server, pair.Client.Address, datagram[..PacketHeader.Bytes]);
            pair.Network.Run(TimeSpan.FromMilliseconds(200));
        }

        var lost = transfer.Client!.Statistics.LostPackets;
        pair.Network.Run(TimeSpan.FromSeconds(2));
        pair.Tell(transfer);
        Assert.Equal(ConnectionState.Open, transfer.Client.State);
        Assert.Equal(ConnectionState.Open, transfer.Server!.State);
        Assert.InRange(transfer.Client.Statistics.LostPackets - lost, 0, 50);
        Assert.True(transfer.IsIntact);
        Assert.True(transfer.Goodput(2.5, 8) > 85e6);
    }

    [Fact]
    public void Replayed_packets_change_nothing()
    {
        var path = new PathSettings { DuplicateProbability = 1 };
        var transfer = new SimulatedPair(output, path).Complete(2_000_000, limitSeconds: 10);
        Assert.Equal(ConnectionState.ClosedByPeer, transfer.Server!.State);
    }

    // A header that fits, and a body of words near those that count.
    private static void Inject(SimulatedPair pair, SimulatedHost to, DatagramAddress from, Connection connection)
    {
        var random = pair.Network.Random;
        var datagram = new byte[PacketHeader.Bytes + (4 * random.Next(0, 40))];
        random.NextBytes(datagram);
        for (var at = PacketHeader.Bytes; at < datagram.Length; at += 4)
        {
            if (random.Next(2) == 0)
            {
                var near = connection.NextSequence.Value + (uint)random.Next(-2000, 2000) + (random.Next(3) == 0 ? 0x8000_0000 : 0);
                BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(at), near);
            }
        }

        // A shutdown that knows the socket ends a connection of UDT's own: it has nothing to tell a true one by. Data that hits the window can not be told either.
        ControlType[] types = [ControlType.Handshake, ControlType.KeepAlive, ControlType.LossReport, ControlType.AcknowledgementOfAcknowledgement, ControlType.UserDefined, (ControlType)77];
        PacketHeader.Control(types[random.Next(types.Length)], (uint)random.Next(), (uint)random.Next(), connection.LocalSocket, (ushort)random.Next(9)).Write(datagram);
        pair.Network.Inject(to, from, datagram);
    }
}
