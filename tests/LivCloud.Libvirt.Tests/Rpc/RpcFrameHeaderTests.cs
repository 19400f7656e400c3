using LivCloud.Libvirt.Rpc;

namespace LivCloud.Libvirt.Tests.Rpc;

public sealed class RpcFrameHeaderTests
{
    // A call of procedure 306 (finish3_params) with serial 7 and 16 bytes of arguments.
    private static readonly byte[] Finish = Convert.FromHexString(
        "0000002c" + "20008086" + "00000001" + "00000132" + "00000000" + "00000007" + "00000000"
        + "00000000" + "00000000" + "00000001" + "00000000");

    private static readonly byte[] Ping = Convert.FromHexString(
        "0000001c" + "6b656570" + "00000001" + "00000001" + "00000002" + "00000000" + "00000000");

    [Fact]
    public void A_whole_message_needs_nothing_more()
    {
        Assert.True(RpcFrameHeader.TryRead(Finish, out var header, out var needed, out var error));

        Assert.Equal(
            new RpcFrameHeader(44, RpcProgram.Remote, 1, MigrationProcedure.Finish3Params, RpcMessageType.Call, 7, RpcMessageStatus.Ok),
            header);
        Assert.Equal(0, needed);
        Assert.Equal(RpcFrameError.None, error);
    }

    [Fact]
    public void A_message_that_was_cut_anywhere_tells_how_much_lacks()
    {
        for (var length = 0; length < Finish.Length; length++)
        {
            var read = RpcFrameHeader.TryRead(Finish.AsSpan(0, length), out var header, out var needed, out var error);

            Assert.Equal(RpcFrameError.None, error);
            Assert.Equal(length >= RpcFrameHeader.Bytes, read);
            Assert.Equal((read ? Finish.Length : RpcFrameHeader.Bytes) - length, needed);
            Assert.Equal(read ? 44 : 0, header.Length);
        }
    }

    [Fact]
    public void What_follows_a_message_is_left_alone()
    {
        Assert.True(RpcFrameHeader.TryRead((byte[])[.. Ping, .. Finish], out var header, out var needed, out _));

        Assert.Equal(Ping.Length, header.Length);
        Assert.Equal(0, needed);
    }

    [Theory]
    [InlineData("0000001b", RpcFrameError.TooShort)]
    [InlineData("00000000", RpcFrameError.TooShort)]
    [InlineData("02000005", RpcFrameError.TooLong)]
    [InlineData("7fffffff", RpcFrameError.TooLong)]
    [InlineData("ffffffff", RpcFrameError.TooLong)]
    public void A_bad_length_is_told_from_its_four_bytes(string length, RpcFrameError expected)
    {
        Assert.False(RpcFrameHeader.TryRead(Convert.FromHexString(length), out _, out var needed, out var error));

        Assert.Equal(expected, error);
        Assert.Equal(0, needed);
    }

    [Fact]
    public void The_longest_message_of_libvirt_is_taken()
    {
        byte[] longest = [0x02, 0x00, 0x00, 0x04, .. Ping[4..]];

        Assert.True(RpcFrameHeader.TryRead(longest, out var header, out var needed, out _));
        Assert.Equal(RpcFrameHeader.MaxFrameBytes, header.Length);
        Assert.Equal(RpcFrameHeader.MaxFrameBytes - 28, needed);
    }

    [Theory]
    [InlineData(16, RpcFrameError.UnknownType, 6)]
    [InlineData(24, RpcFrameError.UnknownStatus, 3)]
    public void An_unknown_type_or_status_is_refused(int offset, RpcFrameError expected, int value)
    {
        var frame = Ping.ToArray();
        (frame[offset], frame[offset + 3]) = (0, (byte)value);
        Assert.False(RpcFrameHeader.TryRead(frame, out _, out _, out var error));
        Assert.Equal(expected, error);

        (frame[offset], frame[offset + 3]) = (0xff, 0);
        Assert.False(RpcFrameHeader.TryRead(frame, out _, out _, out error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void What_was_written_reads_the_same()
    {
        var header = new RpcFrameHeader(1000, RpcProgram.Qemu, 1, 4, RpcMessageType.Stream, 0xfffffffe, RpcMessageStatus.Continue);
        var buffer = new byte[RpcFrameHeader.Bytes];

        Assert.True(header.TryWrite(buffer));
        Assert.True(RpcFrameHeader.TryRead(buffer, out var read, out _, out _));
        Assert.Equal(header, read);
        Assert.False(header.TryWrite(new byte[RpcFrameHeader.Bytes - 1]));
    }

    [Fact]
    public void A_ping_is_answered_with_a_pong()
    {
        Assert.True(RpcFrameHeader.TryRead(Ping, out var ping, out _, out _));
        Assert.True(RpcFrames.IsKeepAlivePing(ping));
        Assert.False(RpcFrames.IsKeepAlivePong(ping));

        var pong = new byte[40];
        Assert.Equal(28, RpcFrames.WritePong(pong));
        Assert.Equal("0000001C6B6565700000000100000002000000020000000000000000", Convert.ToHexString(pong.AsSpan(0, 28)));
        Assert.True(RpcFrameHeader.TryRead(pong, out var written, out _, out _));
        Assert.True(RpcFrames.IsKeepAlivePong(written));
        Assert.Throws<ArgumentException>(() => RpcFrames.WritePong(new byte[27]));
    }

    [Fact]
    public void Only_the_finish_calls_of_the_remote_program_are_such()
    {
        var call = new RpcFrameHeader(44, RpcProgram.Remote, 1, 306, RpcMessageType.Call, 7, RpcMessageStatus.Ok);

        Assert.True(RpcFrames.IsFinish3Call(call));
        Assert.True(RpcFrames.IsFinish3Call(call with { Procedure = 217 }));
        Assert.False(RpcFrames.IsFinish3Call(call with { Procedure = 305 }));
        Assert.False(RpcFrames.IsFinish3Call(call with { Type = RpcMessageType.Reply }));
        Assert.False(RpcFrames.IsFinish3Call(call with { Program = RpcProgram.Qemu }));
        Assert.True(RpcFrames.IsPrepare3Call(call with { Procedure = 303 }));
        Assert.True(RpcFrames.IsPrepare3Call(call with { Procedure = 214 }));
        Assert.False(RpcFrames.IsPrepare3Call(call));
    }

    [Fact]
    public void A_reply_belongs_to_the_call_of_its_serial()
    {
        var reply = new RpcFrameHeader(28, RpcProgram.Remote, 1, 306, RpcMessageType.Reply, 7, RpcMessageStatus.Error);

        Assert.True(RpcFrames.IsReplyTo(reply, 7));
        Assert.False(RpcFrames.IsReplyTo(reply, 8));
        Assert.False(RpcFrames.IsReplyTo(reply with { Type = RpcMessageType.Call }, 7));
        Assert.False(RpcFrames.IsReplyTo(reply with { Type = RpcMessageType.Stream }, 7));
    }

    [Fact]
    public void Whether_a_finish_was_cancelled_is_its_last_word()
    {
        Assert.True(RpcFrames.TryReadFinishCancelled(Finish, out var cancelled));
        Assert.False(cancelled);

        byte[] dropped = [.. Finish[..^1], 1];
        Assert.True(RpcFrames.TryReadFinishCancelled(dropped, out cancelled));
        Assert.True(cancelled);
    }

    [Fact]
    public void The_older_finish_is_read_as_well()
    {
        // The name "a", a cookie of 2 bytes, no texts, 64-bit flags, cancelled.
        byte[] older = Convert.FromHexString(
            "00000044" + "20008086" + "00000001" + "000000d9" + "00000000" + "00000009" + "00000000"
            + "00000001" + "61000000" + "00000002" + "01020000" + "00000000" + "00000000" + "0000000000000003" + "00000001" + "00000000");

        Assert.True(RpcFrames.TryReadFinishCancelled(older, out var cancelled));
        Assert.False(cancelled);
        older[^1] = 1;
        Assert.True(RpcFrames.TryReadFinishCancelled(older, out cancelled));
        Assert.True(cancelled);
    }

    [Fact]
    public void A_finish_that_was_cut_or_grew_tells_nothing()
    {
        for (var length = 0; length < Finish.Length; length++)
        {
            Assert.False(RpcFrames.TryReadFinishCancelled(Finish.AsSpan(0, length), out _));
        }

        Assert.False(RpcFrames.TryReadFinishCancelled((byte[])[.. Finish, 0, 0, 0, 0], out _));
        Assert.False(RpcFrames.TryReadFinishCancelled(Ping, out _));

        // A head that claims exactly what is there, but too little for the arguments.
        byte[] bare = [.. Finish[..28]];
        bare[3] = 28;
        Assert.False(RpcFrames.TryReadFinishCancelled(bare, out _));
    }

    [Fact]
    public void Random_bytes_are_read_or_refused_and_throw_nothing()
    {
        var random = new Random(20261122);
        var buffer = new byte[64];
        for (var round = 0; round < 20_000; round++)
        {
            Finish.CopyTo(buffer, 0);
            for (var change = random.Next(0, 5); change > 0; change--)
            {
                buffer[random.Next(buffer.Length)] = (byte)random.Next(256);
            }

            var input = buffer.AsSpan(0, random.Next(buffer.Length + 1));
            var read = RpcFrameHeader.TryRead(input, out var header, out var needed, out var error);
            Assert.True(needed >= 0);
            Assert.Equal(read, header.Length >= RpcFrameHeader.Bytes);
            Assert.True(read ? error == RpcFrameError.None : error != RpcFrameError.None || needed > 0);
            _ = RpcFrames.TryReadFinishCancelled(input, out _);
        }
    }
}
