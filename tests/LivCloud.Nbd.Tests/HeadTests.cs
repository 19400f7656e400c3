using System.Buffers.Binary;
using System.Text;

namespace LivCloud.Nbd.Tests;

/// <summary>Heads as they are on the wire.</summary>
public sealed class HeadTests
{
    [Fact]
    public void A_request_is_read_as_it_was_written()
    {
        var request = new NbdRequest(NbdRequest.ForceUnitAccess, NbdCommand.Write, 0x0102030405060708, 1ul << 40, NbdRequest.MaxPayloadBytes);
        var bytes = new byte[NbdRequest.Bytes];
        request.Write(bytes);
        Assert.Equal("2560951300010001010203040506070800000100000000000200" + "0000", Convert.ToHexString(bytes));
        Assert.Equal(NbdFault.None, NbdRequest.Read(bytes, out var read));
        Assert.Equal(request, read);
        Assert.Equal(NbdRequest.MaxPayloadBytes, read.PayloadBytes);
    }

    [Fact]
    public void A_reply_is_read_as_it_was_written()
    {
        var bytes = new byte[NbdReply.Bytes];
        new NbdReply(28, 9).Write(bytes);
        Assert.Equal("674466980000001C0000000000000009", Convert.ToHexString(bytes));
        Assert.Equal(NbdFault.None, NbdReply.Read(bytes, out var read));
        Assert.Equal(new NbdReply(28, 9), read);
        bytes[0] = 0;
        Assert.Equal(NbdFault.Magic, NbdReply.Read(bytes, out _));
    }

    [Theory]
    [InlineData(7, 0, 0, NbdFault.Command)]
    [InlineData(1, 0, NbdRequest.MaxPayloadBytes + 1, NbdFault.TooLong)]
    [InlineData(0, 0, NbdRequest.MaxPayloadBytes + 1, NbdFault.TooLong)]
    [InlineData(6, ulong.MaxValue, 1, NbdFault.TooLong)]
    [InlineData(6, 0, uint.MaxValue, NbdFault.None)]
    public void What_no_client_asks_is_a_fault(ushort command, ulong offset, uint length, NbdFault expected)
    {
        var bytes = new byte[NbdRequest.Bytes];
        new NbdRequest(0, (NbdCommand)command, 1, offset, length).Write(bytes);
        Assert.Equal(expected, NbdRequest.Read(bytes, out _));
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(8, true)]
    [InlineData(11, true)]
    [InlineData(7, false)]
    [InlineData(1, false)]
    [InlineData(10, false)]
    public void Options_that_change_what_requests_look_like_are_refused(uint type, bool refused)
    {
        var bytes = new byte[NbdOption.Bytes];
        Encoding.ASCII.GetBytes("IHAVEOPT", bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), type);
        Assert.Equal(NbdFault.None, NbdOption.Read(bytes, out var option));
        Assert.Equal(refused, option.IsRefused);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), NbdOption.MaxDataBytes + 1);
        Assert.Equal(NbdFault.TooLong, NbdOption.Read(bytes, out _));
    }

    [Fact]
    public void A_refusal_is_the_last_answer_and_no_agreement()
    {
        var bytes = new byte[NbdOptionReply.Bytes];
        NbdOptionReply.WriteRefusal(8, bytes);
        Assert.Equal("0003E889045565A9000000088000000100000000", Convert.ToHexString(bytes));
        Assert.Equal(NbdFault.None, NbdOptionReply.Read(bytes, out var reply));
        Assert.True(reply is { IsLast: true, IsAck: false, Option: 8 });
    }

    [Theory]
    [InlineData("00000000000001000000" + "000D", true)]
    [InlineData("00000000000001000000" + "0009", false)]
    public void An_export_says_whether_it_can_be_flushed(string info, bool hasFlush)
    {
        Assert.True(NbdExport.TryRead(Convert.FromHexString(info), out var export));
        Assert.Equal(hasFlush, export.HasFlush);
        Assert.Equal(1ul << 24, export.Size);
        var bytes = Convert.FromHexString("0000" + "0000000001000000" + "0105");
        NbdExport.ForbidSeveralConnections(bytes);
        Assert.Equal("0000" + "0000000001000000" + "0005", Convert.ToHexString(bytes));
        Assert.False(NbdExport.TryRead(Convert.FromHexString("0003000000010000100002000000"), out _));
    }
}
