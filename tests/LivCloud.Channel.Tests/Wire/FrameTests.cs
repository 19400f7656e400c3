using LivCloud.Channel.Wire;
using LivCloud.Core;

namespace LivCloud.Channel.Tests.Wire;

public sealed class FrameTests
{
    private const string Text = "Zu spät: 東京.";
    private static readonly Guid One = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly Guid Two = Guid.Parse("10112233-4455-6677-8899-aabbccddeef0");
    private static readonly MigrationId Migration = MigrationId.Parse("k3v9a0b1c2d3");

    private delegate int Write(Span<byte> destination);

    private delegate bool Reader<T>(ref WireReader reader, out T frame, out WireError error);

    [Fact]
    public void Every_frame_is_read_as_it_was_written()
    {
        Assert.Multiple(
            () => RoundTrip(new HelloFrame(1, 1, HelloIntent.Begin, One, Two, 1), HelloFrame.TryRead, static (f, d) => f.Write(d)),
            () => RoundTrip(new WelcomeFrame(1, One), WelcomeFrame.TryRead, static (f, d) => f.Write(d)),
            () => RoundTrip(new CloseFrame(CloseCode.UnknownSession, Text), CloseFrame.TryRead, static (f, d) => f.Write(d)),
            () => RoundTrip(new OpenFrame(7, new StreamTarget(StreamKind.Memory, Migration, 65535)), OpenFrame.TryRead, static (f, d) => f.Write(d)),
            () => RoundTrip(new OpenFrame(7, new StreamTarget(StreamKind.Api, null, 0)), OpenFrame.TryRead, static (f, d) => f.Write(d)),
            () => RoundTrip(new OpenedFrame(uint.MaxValue), OpenedFrame.TryRead, static (f, d) => f.Write(d)),
            () => RoundTrip(new RefusedFrame(2, Text), RefusedFrame.TryRead, static (f, d) => f.Write(d)),
            () => RoundTrip(new CreditFrame(2, WireLimits.MaxStreamOffset), CreditFrame.TryRead, static (f, d) => f.Write(d)),
            () => RoundTrip(new FinFrame(2, 0), FinFrame.TryRead, static (f, d) => f.Write(d)),
            () => RoundTrip(new ResetFrame(2, ""), ResetFrame.TryRead, static (f, d) => f.Write(d)),
            () => RoundTrip(new PingFrame(ulong.MaxValue), PingFrame.TryRead, static (f, d) => f.Write(d)),
            () => RoundTrip(new PongFrame(3), PongFrame.TryRead, static (f, d) => f.Write(d)),
            () => RoundTrip(new LinkAckFrame(0), LinkAckFrame.TryRead, static (f, d) => f.Write(d)),
            () => RoundTrip(default(GoodbyeFrame), GoodbyeFrame.TryRead, static (_, d) => GoodbyeFrame.Write(d)));
    }

    [Fact]
    public void Data_is_read_as_it_was_written_and_never_empty()
    {
        var frame = new byte[WireLimits.DataOverheadBytes + 3];
        frame[^1] = 9;
        DataFrame.WritePrefix(frame, 5, 1L << 40, 3);
        Assert.True(FrameHeader.TryRead(frame, out var header, out _));
        Assert.Equal(new FrameHeader(FrameType.Data, WireLimits.DataPrefixBytes + 3), header);
        var reader = new WireReader(frame.AsSpan(WireLimits.FrameHeaderBytes));
        Assert.True(DataFrame.TryRead(ref reader, out var data, out _));
        Assert.Equal(5u, data.Stream);
        Assert.Equal(1L << 40, data.Offset);
        Assert.Equal([0, 0, 9], data.Bytes.ToArray());
        for (var length = 0; length <= WireLimits.DataPrefixBytes; length++)
        {
            var cut = new WireReader(frame.AsSpan(WireLimits.FrameHeaderBytes, length));
            Assert.False(DataFrame.TryRead(ref cut, out _, out var error));
            Assert.Equal(WireError.Truncated, error);
        }
    }

    [Fact]
    public void A_header_needs_four_bytes_a_known_type_and_a_length_within_its_limit()
    {
        Assert.False(FrameHeader.TryRead([7, 0, 0], out _, out var error));
        Assert.Equal(WireError.Truncated, error);
        Assert.False(FrameHeader.TryRead([0, 0, 0, 0], out _, out error));
        Assert.Equal(WireError.UnknownFrameType, error);
        Assert.False(FrameHeader.TryRead([15, 0, 0, 0], out _, out error));
        Assert.Equal(WireError.UnknownFrameType, error);
        Assert.True(FrameHeader.TryRead([7, 1, 0, 12], out var header, out _));
        Assert.Equal(WireLimits.MaxBodyBytes, header.BodyBytes);
        Assert.False(FrameHeader.TryRead([7, 1, 0, 13], out _, out error));
        Assert.Equal(WireError.FrameTooLong, error);
        Assert.False(FrameHeader.TryRead([8, 0, 4, 0], out _, out error));
        Assert.Equal(WireError.FrameTooLong, error);
    }

    [Fact]
    public void Zeros_and_unknown_values_are_refused()
    {
        Assert.Equal(WireError.Zero, Error<OpenedFrame>(new OpenedFrame(0).Write, OpenedFrame.TryRead));
        Assert.Equal(WireError.Zero, Error<HelloFrame>(new HelloFrame(0, 1, HelloIntent.Begin, One, Two, 1).Write, HelloFrame.TryRead));
        Assert.Equal(WireError.Zero, Error<HelloFrame>(new HelloFrame(1, 1, HelloIntent.Begin, One, Two, 0).Write, HelloFrame.TryRead));
        Assert.Equal(WireError.Zero, Error<HelloFrame>(new HelloFrame(1, 1, HelloIntent.Begin, Guid.Empty, Two, 1).Write, HelloFrame.TryRead));
        Assert.Equal(WireError.UnknownValue, Error<HelloFrame>(new HelloFrame(1, 1, (HelloIntent)3, One, Two, 1).Write, HelloFrame.TryRead));
        Assert.Equal(WireError.Zero, Error<WelcomeFrame>(new WelcomeFrame(1, Guid.Empty).Write, WelcomeFrame.TryRead));
        Assert.Equal(WireError.Zero, Error<CloseFrame>(new CloseFrame(0, "").Write, CloseFrame.TryRead));
        Assert.Equal(WireError.UnknownValue, Error<CloseFrame>(new CloseFrame((CloseCode)99, "").Write, CloseFrame.TryRead));
        Assert.Equal(WireError.Zero, Error<OpenFrame>(new OpenFrame(1, new StreamTarget(0, null, 0)).Write, OpenFrame.TryRead));
        Assert.Equal(WireError.UnknownValue, Error<OpenFrame>(new OpenFrame(1, new StreamTarget((StreamKind)7, null, 0)).Write, OpenFrame.TryRead));
        Assert.Equal(WireError.OffsetTooLarge, Error<CreditFrame>(new CreditFrame(1, WireLimits.MaxStreamOffset + 1).Write, CreditFrame.TryRead));
        Assert.Equal(WireError.OffsetTooLarge, Error<FinFrame>(new FinFrame(1, -1).Write, FinFrame.TryRead));
    }

    [Fact]
    public void A_text_is_short_printable_utf8()
    {
        Assert.Equal(WireError.BadText, Error<ResetFrame>(Patched(12, 0x07), ResetFrame.TryRead));
        Assert.Equal(WireError.BadText, Error<ResetFrame>(Patched(12, 0xFF), ResetFrame.TryRead));
        Assert.Equal(WireError.BadText, Error<ResetFrame>(Patched(8, 0x7F), ResetFrame.TryRead));

        static Write Patched(int at, byte value) => destination =>
        {
            var length = new ResetFrame(1, "words").Write(destination);
            destination[at] = value;
            return length;
        };
    }

    [Fact]
    public void A_text_that_is_too_long_is_cut_at_a_character_and_controls_become_spaces()
    {
        var frame = new byte[WireLimits.MaxControlFrameBytes];
        var length = new ResetFrame(1, "a\nb" + new string('€', 400)).Write(frame);
        var reader = new WireReader(frame.AsSpan(WireLimits.FrameHeaderBytes, length - WireLimits.FrameHeaderBytes));
        Assert.True(ResetFrame.TryRead(ref reader, out var read, out _));
        Assert.Equal("a b" + new string('€', 169), read.Reason);
    }

    [Fact]
    public void A_hello_of_a_later_version_may_be_longer()
    {
        var frame = new byte[WireLimits.MaxControlFrameBytes];
        var length = new HelloFrame(1, 2, HelloIntent.Join, One, Two, 1).Write(frame);
        var reader = new WireReader(frame.AsSpan(WireLimits.FrameHeaderBytes, length));
        Assert.True(HelloFrame.TryRead(ref reader, out var hello, out _));
        Assert.Equal(2, hello.MaxVersion);
    }

    private static WireError Error<T>(Write write, Reader<T> read)
    {
        var frame = new byte[WireLimits.MaxControlFrameBytes];
        var length = write(frame);
        var reader = new WireReader(frame.AsSpan(WireLimits.FrameHeaderBytes, length - WireLimits.FrameHeaderBytes));
        Assert.False(read(ref reader, out _, out var error));
        return error;
    }

    private static void RoundTrip<T>(T frame, Reader<T> read, Func<T, byte[], int> write)
    {
        var bytes = new byte[WireLimits.MaxControlFrameBytes + 1];
        var length = write(frame, bytes);
        Assert.True(FrameHeader.TryRead(bytes, out var header, out _));
        Assert.Equal(length, header.FrameBytes);
        var whole = new WireReader(bytes.AsSpan(WireLimits.FrameHeaderBytes, header.BodyBytes));
        Assert.True(read(ref whole, out var got, out var error), $"{typeof(T).Name}: {error}");
        Assert.Equal(frame, got);
        for (var cut = 0; cut < header.BodyBytes; cut++)
        {
            var reader = new WireReader(bytes.AsSpan(WireLimits.FrameHeaderBytes, cut));
            Assert.False(read(ref reader, out _, out error), $"{typeof(T).Name} cut at {cut} was read.");
        }

        var longer = new WireReader(bytes.AsSpan(WireLimits.FrameHeaderBytes, header.BodyBytes + 1));
        Assert.False(read(ref longer, out _, out error));
        Assert.Equal(WireError.TrailingBytes, error);
    }
}
