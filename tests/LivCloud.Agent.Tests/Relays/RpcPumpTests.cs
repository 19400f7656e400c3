using System.IO.Pipelines;
using LivCloud.Agent.Relays;
using LivCloud.Libvirt.Rpc;

namespace LivCloud.Agent.Tests.Relays;

public class RpcPumpTests
{
    private const int OrdinaryProcedure = 13;
    private const int TappedProcedure = 99;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(28)]
    [InlineData(4096)]
    public async Task Messages_pass_unchanged_however_they_are_cut(int chunkBytes)
    {
        var random = new Random(chunkBytes);
        var input = Enumerable.Range(0, 50).SelectMany(serial => Message(OrdinaryProcedure, (uint)serial, random.Next(0, 500))).ToArray();
        Assert.Equal(input, await PumpAsync(input, chunkBytes, new Tap()));
    }

    [Fact]
    public async Task A_tapped_message_is_shown_whole_and_can_be_kept_back()
    {
        var tap = new Tap { Drops = true };
        var before = Message(OrdinaryProcedure, 1, 100);
        var tapped = Message(TappedProcedure, 2, 300);
        var after = Message(OrdinaryProcedure, 3, 5000);
        var passed = await PumpAsync([.. before, .. tapped, .. after], 11, tap);
        Assert.Equal(before.Concat(after), passed);
        Assert.Equal(tapped, Assert.Single(tap.Shown));
    }

    [Fact]
    public async Task What_is_not_libvirts_protocol_is_refused() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => PumpAsync("GET / HTTP/1.1\r\n\r\n and so on, and so on"u8.ToArray(), 100, new Tap()));

    [Fact]
    public async Task A_tapped_message_that_is_too_long_is_refused_before_it_is_read()
    {
        var header = new byte[RpcFrameHeader.Bytes];
        new RpcFrameHeader(2 << 20, RpcProgram.Remote, 1, TappedProcedure, RpcMessageType.Call, 1, RpcMessageStatus.Ok).TryWrite(header);
        await Assert.ThrowsAsync<InvalidDataException>(() => PumpAsync(header, 28, new Tap()));
    }

    [Fact]
    public async Task A_message_that_is_cut_off_ends_the_pump_and_gives_the_turn_back()
    {
        var message = Message(OrdinaryProcedure, 1, 100);
        using var output = new MemoryStream();
        using var writer = new RpcWriter(output);
        using var input = new MemoryStream(message[..60]);
        await new RpcPump(input, writer, new Tap()).RunAsync();
        await writer.EnterAsync().WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(message[..60], output.ToArray());
    }

    internal static byte[] Message(int procedure, uint serial, int bodyBytes, RpcMessageType type = RpcMessageType.Call, RpcMessageStatus status = RpcMessageStatus.Ok)
    {
        var message = new byte[RpcFrameHeader.Bytes + bodyBytes];
        new RpcFrameHeader(message.Length, RpcProgram.Remote, 1, procedure, type, serial, status).TryWrite(message);
        return message;
    }

    private static async Task<byte[]> PumpAsync(byte[] input, int chunkBytes, IRpcTap tap)
    {
        using var output = new MemoryStream();
        using var writer = new RpcWriter(output);
        var pipe = new Pipe();
        var pump = new RpcPump(pipe.Reader.AsStream(), writer, tap).RunAsync();
        foreach (var chunk in input.Chunk(chunkBytes))
        {
            if ((await pipe.Writer.WriteAsync(chunk)).IsCompleted)
            {
                break;
            }
        }

        await pipe.Writer.CompleteAsync();
        await pump.WaitAsync(TimeSpan.FromSeconds(30));
        return output.ToArray();
    }

    private sealed class Tap : IRpcTap
    {
        public bool Drops { get; init; }

        public List<byte[]> Shown { get; } = [];

        public bool Wants(in RpcFrameHeader header) => header.Procedure == TappedProcedure;

        public async ValueTask OnMessageAsync(RpcFrameHeader header, ReadOnlyMemory<byte> message, RpcWriter to)
        {
            Shown.Add(message.ToArray());
            if (!Drops)
            {
                await to.WriteAsync(message);
            }
        }
    }
}
