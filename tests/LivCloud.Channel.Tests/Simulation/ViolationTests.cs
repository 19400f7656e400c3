using LivCloud.Channel.Protocol;
using LivCloud.Channel.Wire;
using LivCloud.Core;
using LivCloud.Transport;

namespace LivCloud.Channel.Tests.Simulation;

public sealed class ViolationTests
{
    private static readonly Instant Now = new(0);
    private readonly SessionCore _core = new(new SessionSettings(), HostName.Parse("cloud"), isDialer: false, Now);
    private readonly byte[] _frame = new byte[WireLimits.MaxFrameBytes];

    public ViolationTests() => _core.HandleLinkUp(Now, 1);

    [Fact]
    public void More_than_the_window_is_a_violation_and_the_peer_is_told()
    {
        var stream = OpenByPeer(StreamKind.Api);
        _core.Accept(stream);
        var window = StreamKind.Api.WindowBytes();
        Data(1, window - 10, 10);
        Assert.Null(_core.End);
        Data(1, window - 9, 10);
        Assert.Equal(ChannelError.ProtocolViolation, _core.End?.Error);
        var sent = new byte[WireLimits.MaxFrameBytes];
        Assert.NotEqual(0, _core.PollTransmit(Now, 1, sent));
        Assert.Equal((byte)FrameType.Close, sent[0]);
        Assert.True(_core.IsFinished(1));
        Assert.Equal(0, _core.HeldBytes);
    }

    [Fact]
    public void Data_before_the_stream_was_accepted_is_a_violation()
    {
        OpenByPeer(StreamKind.Memory);
        Data(1, 0, 1);
        AssertViolated();
    }

    [Fact]
    public void Data_for_a_stream_that_never_was_is_a_violation()
    {
        Data(77, 0, 1);
        AssertViolated();
    }

    [Fact]
    public void Data_for_our_own_stream_that_never_was_is_a_violation()
    {
        Data(2, 0, 1);
        AssertViolated();
    }

    [Fact]
    public void Data_for_a_stream_that_has_ended_is_late_and_ignored()
    {
        var stream = OpenByPeer(StreamKind.Memory);
        _core.Accept(stream);
        _core.Abort(stream, "The test wants it.");
        Data(1, 0, 10);
        Assert.Null(_core.End);
    }

    [Fact]
    public void An_end_that_contradicts_what_came_is_a_violation()
    {
        _core.Accept(OpenByPeer(StreamKind.Memory));
        Data(1, 0, 100);
        Handle(new FinFrame(1, 99).Write(_frame));
        AssertViolated();
    }

    [Fact]
    public void A_second_end_elsewhere_is_a_violation()
    {
        _core.Accept(OpenByPeer(StreamKind.Memory));
        Handle(new FinFrame(1, 99).Write(_frame));
        Handle(new FinFrame(1, 99).Write(_frame));
        Assert.Null(_core.End);
        Handle(new FinFrame(1, 100).Write(_frame));
        AssertViolated();
    }

    [Fact]
    public void Acknowledging_what_was_never_sent_is_a_violation()
    {
        Handle(new LinkAckFrame(1).Write(_frame));
        AssertViolated();
    }

    [Fact]
    public void An_id_of_this_end_can_not_be_opened_by_the_peer()
    {
        Handle(new OpenFrame(2, new StreamTarget(StreamKind.Api, null, 0)).Write(_frame));
        AssertViolated();
    }

    [Fact]
    public void Leaving_out_too_many_ids_is_a_violation()
    {
        Handle(new OpenFrame(100_001, new StreamTarget(StreamKind.Api, null, 0)).Write(_frame));
        AssertViolated();
    }

    [Fact]
    public void Hello_after_the_handshake_is_a_violation()
    {
        Handle(new HelloFrame(1, 1, HelloIntent.Join, Guid.NewGuid(), Guid.NewGuid(), 1).Write(_frame));
        AssertViolated();
    }

    [Fact]
    public void More_streams_than_allowed_are_refused_without_harm_to_the_others()
    {
        for (var id = 1u; id < 2 * 300; id += 2)
        {
            Handle(new OpenFrame(id, new StreamTarget(StreamKind.Api, null, 0)).Write(_frame));
        }

        Assert.Null(_core.End);
        Assert.Equal(256, _core.Streams);
    }

    [Fact]
    public void A_peer_that_asks_without_end_and_acknowledges_nothing_is_cut_off()
    {
        for (var id = 1u; id < 2 * 10_000 && _core.End is null; id += 2)
        {
            Handle(new OpenFrame(id, new StreamTarget(StreamKind.Api, null, 0)).Write(_frame));
        }

        AssertViolated();
    }

    [Fact]
    public void A_reset_that_overtakes_its_open_wins()
    {
        Handle(new ResetFrame(1, "Changed my mind.").Write(_frame));
        Handle(new OpenFrame(1, new StreamTarget(StreamKind.Api, null, 0)).Write(_frame));
        Assert.Null(_core.End);
        Assert.Equal(0, _core.Streams);
    }

    [Fact]
    public void Credit_beyond_the_window_makes_nobody_send_more_than_the_window()
    {
        var stream = OpenByPeer(StreamKind.Api);
        _core.Accept(stream);
        Handle(new CreditFrame(1, 1L << 40).Write(_frame));
        var sent = new byte[WireLimits.MaxFrameBytes * 2];
        for (var round = 0; round < 100; round++)
        {
            _core.Write(stream, new byte[WireLimits.MaxDataBytes]);
            _core.PollTransmit(Now, 1, sent);
        }

        Assert.Equal(StreamKind.Api.WindowBytes(), stream.Send.WrittenOffset);
        Assert.Null(_core.End);
    }

    [Fact]
    public void Garbage_ends_the_session()
    {
        _core.HandleGarbage(WireError.UnknownFrameType);
        AssertViolated();
    }

    private StreamCore OpenByPeer(StreamKind kind)
    {
        Handle(new OpenFrame(1, new StreamTarget(kind, null, 0)).Write(_frame));
        Assert.True(_core.TryTakeEvent(out var happened));
        return happened.Stream!;
    }

    private void Data(uint stream, long offset, int count)
    {
        DataFrame.WritePrefix(_frame, stream, offset, count);
        Handle(WireLimits.DataOverheadBytes + count);
    }

    private void Handle(int frameBytes)
    {
        Assert.True(FrameHeader.TryRead(_frame.AsSpan(0, frameBytes), out var header, out _));
        _core.HandleFrame(Now, 1, header, _frame.AsSpan(WireLimits.FrameHeaderBytes, header.BodyBytes));
    }

    private void AssertViolated() => Assert.Equal(ChannelError.ProtocolViolation, _core.End?.Error);
}
