using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Tests.Packets;

public sealed class PacketHeaderTests
{
    [Fact]
    public void A_data_packet_has_its_number_its_message_and_the_flags_of_a_whole_message()
    {
        var bytes = new byte[PacketHeader.Bytes];
        PacketHeader.Data(new SequenceNumber(0x12345678), message: 1, timestamp: 0xAABBCCDD, destination: 7).Write(bytes);
        Assert.Equal("12345678C0000001AABBCCDD00000007", Convert.ToHexString(bytes));
        Assert.True(PacketHeader.TryRead(bytes, out var header));
        Assert.False(header.IsControl);
        Assert.Equal((new SequenceNumber(0x12345678), 1u), (header.Sequence, header.Message));
    }

    [Fact]
    public void A_control_packet_has_its_type_behind_the_top_bit()
    {
        var bytes = new byte[PacketHeader.Bytes];
        PacketHeader.Control(ControlType.UserDefined, 3, 0, 9, extendedType: 0x4C43).Write(bytes);
        Assert.Equal("FFFF4C43000000030000000000000009", Convert.ToHexString(bytes));
        Assert.True(PacketHeader.TryRead(bytes, out var header));
        Assert.True(header.IsControl);
        Assert.Equal((ControlType.UserDefined, (ushort)0x4C43), (header.Type, header.ExtendedType));
    }

    [Fact]
    public void Less_than_a_header_is_no_packet() => Assert.False(PacketHeader.TryRead(new byte[PacketHeader.Bytes - 1], out _));
}
