using System.Net;
using LivCloud.Transport.Packets;

namespace LivCloud.Transport.Tests.Packets;

public sealed class HandshakeTests
{
    private static readonly Handshake Request = new()
    {
        Version = Handshake.Version4,
        SocketType = Handshake.Stream,
        FirstSequence = new SequenceNumber(0x01020304),
        MaxSegmentBytes = 1500,
        FlowWindow = 25600,
        Kind = HandshakeKind.Conclusion,
        Socket = 0x11,
        Cookie = 0xCAFEBABE,
    };

    [Fact]
    public void It_is_written_as_libudt_writes_it()
    {
        var bytes = new byte[Handshake.Bytes];
        Request.Write(bytes, IPAddress.Loopback);
        Assert.Equal("000000040000000101020304000005DC00006400FFFFFFFF00000011CAFEBABE0100007F000000000000000000000000", Convert.ToHexString(bytes));
        Assert.True(Handshake.TryRead(bytes, out var read));
        Assert.Equal(Request, read);
    }

    [Fact]
    public void An_IPv6_address_is_written_in_reversed_words()
    {
        var bytes = new byte[Handshake.Bytes];
        Request.Write(bytes, IPAddress.Parse("2001:db8::1"));
        Assert.Equal("B80D0120000000000000000001000000", Convert.ToHexString(bytes.AsSpan(32)));
    }

    [Fact]
    public void A_body_that_is_too_short_is_none() => Assert.False(Handshake.TryRead(new byte[Handshake.Bytes - 1], out _));
}
