using LivCloud.Channel;
using LivCloud.Channel.Protocol;
using LivCloud.Channel.Wire;
using LivCloud.Core;
using LivCloud.Transport;

namespace LivCloud.Fuzz.Channel;

/// <summary>Random and damaged frames: nothing throws, memory stays bounded. LIVCLOUD_FUZZ_SEEDS sets how many seeds are tried.</summary>
public sealed class FrameFuzzTests
{
    private static readonly int Seeds = int.TryParse(Environment.GetEnvironmentVariable("LIVCLOUD_FUZZ_SEEDS"), out var seeds) ? seeds : 300;

    [Fact]
    public void No_bytes_make_a_parser_throw() => ForEachSeed(random =>
    {
        for (var round = 0; round < 200; round++)
        {
            var body = new byte[random.Next(0, 700)];
            random.NextBytes(body);
            ReadAll(body);
            FrameHeader.TryRead(body, out _, out _);
        }
    });

    [Fact]
    public void No_frames_make_a_session_throw_or_grow_without_bound()
    {
        var frames = 0;
        ForEachSeed(random =>
        {
            var session = new FrameStorm(random);
            for (var round = 0; round < 2000 && session.Core.End is null; round++)
            {
                session.HandleRandomFrame();
                Assert.InRange(session.Core.HeldBytes, 0, 400L * 1024 * 1024);
                frames++;
            }
        });

        Assert.True(frames > 30 * Seeds, $"The sessions lasted only {frames / Seeds} frames each: the storm is too wild to reach anything.");
    }

    private static void ForEachSeed(Action<Random> action)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            try
            {
                action(new Random(seed));
            }
            catch (Exception ex)
            {
                throw new InvalidOperationException($"Seed {seed}: {ex.Message}", ex);
            }
        }
    }

    private static void ReadAll(byte[] body)
    {
        var reader = new WireReader(body);
        HelloFrame.TryRead(ref reader, out _, out _);
        reader = new WireReader(body);
        WelcomeFrame.TryRead(ref reader, out _, out _);
        reader = new WireReader(body);
        CloseFrame.TryRead(ref reader, out _, out _);
        reader = new WireReader(body);
        OpenFrame.TryRead(ref reader, out _, out _);
        reader = new WireReader(body);
        RefusedFrame.TryRead(ref reader, out _, out _);
        reader = new WireReader(body);
        DataFrame.TryRead(ref reader, out _, out _);
        reader = new WireReader(body);
        CreditFrame.TryRead(ref reader, out _, out _);
        reader = new WireReader(body);
        ResetFrame.TryRead(ref reader, out _, out _);
    }
}

/// <summary>A session whose peer sends whatever comes to its mind, often something that is nearly right.</summary>
internal sealed class FrameStorm
{
    private readonly Random _random;
    private readonly byte[] _frame = new byte[WireLimits.MaxFrameBytes];
    private readonly byte[] _out = new byte[512 * 1024];
    private readonly List<StreamCore> _streams = [];
    private Instant _now;
    private uint _nextPeerId;
    private int _lastLink = 1;

    public FrameStorm(Random random)
    {
        _random = random;
        var isDialer = random.Next(2) == 0;
        _nextPeerId = isDialer ? 2u : 1u;
        Core = new SessionCore(new SessionSettings(), HostName.Parse("cloud"), isDialer, _now);
        Core.HandleLinkUp(_now, 1);
    }

    public SessionCore Core { get; }

    public void HandleRandomFrame()
    {
        var length = Write();
        if (_random.Next(200) == 0)
        {
            _frame[_random.Next(length)] ^= (byte)(1 << _random.Next(8));
        }

        if (!FrameHeader.TryRead(_frame.AsSpan(0, length), out var header, out _) || header.FrameBytes > length)
        {
            return;
        }

        Core.HandleFrame(_now, _lastLink, header, _frame.AsSpan(WireLimits.FrameHeaderBytes, header.BodyBytes));
        Answer();
    }

    private int Write()
    {
        var stream = LikelyStream();
        var reason = new string('x', _random.Next(20));
        switch (HasOpenStreams || _random.Next(300) == 0 ? _random.Next(12) : 0)
        {
            case 0:
                _nextPeerId += 2;
                return new OpenFrame(_nextPeerId - 2, new StreamTarget((StreamKind)_random.Next(1, 6), null, _random.Next(9))).Write(_frame);
            case 1 when IsOurs(stream):
                return new OpenedFrame(stream).Write(_frame);
            case 2 when IsOurs(stream) && _random.Next(5) == 0:
                return new RefusedFrame(stream, reason).Write(_frame);
            case 3:
                return new CreditFrame(stream, _random.NextInt64(WireLimits.MaxStreamOffset)).Write(_frame);
            case 4 when _random.Next(20) == 0:
                return new FinFrame(stream, _random.Next(300) == 0 ? 10 : 250_000).Write(_frame);
            case 5 when _random.Next(5) == 0:
                return new ResetFrame(stream, reason).Write(_frame);
            case 6:
                return new PingFrame((ulong)_random.NextInt64()).Write(_frame);
            case 7:
                return new PongFrame((ulong)_random.Next(5)).Write(_frame);
            case 8:
                return new LinkAckFrame((ulong)(_random.Next(100) == 0 ? 1 : 0)).Write(_frame);
            case 9 when _random.Next(50) == 0:
                return GoodbyeFrame.Write(_frame);
            default:
                var count = _random.Next(1, WireLimits.MaxDataBytes + 1);
                DataFrame.WritePrefix(_frame, stream, _random.Next(_random.Next(400) == 0 ? 20_000_000 : 180_000), count);
                return WireLimits.DataOverheadBytes + count;
        }
    }

    /// <summary>Mostly a stream that there is, in a phase in which it may get frames.</summary>
    private uint LikelyStream()
    {
        var open = _streams.FindAll(MayGetFrames);
        return open.Count > 0 && _random.Next(500) > 0 ? open[_random.Next(open.Count)].Id : _nextPeerId - (_nextPeerId > 2 ? 2u : 0u);
    }

    private bool HasOpenStreams => _streams.Exists(MayGetFrames);

    private static bool MayGetFrames(StreamCore stream) => stream.OpenedByUs || stream.Phase != StreamPhase.Opening;

    private bool IsOurs(uint stream) => stream % 2 != _nextPeerId % 2;

    private void Answer()
    {
        _now += TimeSpan.FromMilliseconds(_random.Next(50));
        Core.HandleTimeout(_now);
        Core.PollTimeout(_now);
        while (Core.TryTakeEvent(out var happened))
        {
            if (happened.Kind == SessionEventKind.StreamOffered)
            {
                _streams.Add(happened.Stream!);
            }
        }

        switch (_random.Next(8))
        {
            case 0 when Core.Open(new StreamTarget(StreamKind.Memory, null, 0)) is { } opened:
                _streams.Add(opened);
                break;
            case 1 when _random.Next(10) == 0:
                Core.HandleLinkDown(_now, _lastLink);
                Core.HandleLinkUp(_now, ++_lastLink);
                break;
            case 2 or 3:
                Core.PollTransmit(_now, _lastLink, _out);
                break;
        }

        if (_streams.Count > 0)
        {
            Use(_streams[_random.Next(_streams.Count)]);
        }
    }

    private void Use(StreamCore stream)
    {
        switch (_random.Next(7))
        {
            case 0:
                Core.Write(stream, _out.AsSpan(0, _random.Next(100_000)));
                break;
            case 1:
                Core.Read(stream, _out.AsSpan(0, _random.Next(100_000)));
                break;
            case 2:
                Core.CompleteWrites(stream);
                break;
            case 3:
                Core.Accept(stream);
                break;
            case 4 when _random.Next(5) == 0:
                Core.Abort(stream, "The storm wants it.");
                break;
            case 5 when _random.Next(5) == 0:
                Core.Refuse(stream, "The storm wants it.");
                break;
            case 6 when _random.Next(5) == 0:
                Core.DiscardReads(stream);
                break;
        }
    }
}
