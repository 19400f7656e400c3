using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using LivCloud.Agent.Relays.Disks;
using LivCloud.Channel;
using LivCloud.Nbd;

namespace LivCloud.Agent.Tests.Relays;

/// <summary>The relays of a copied disk over a real channel, with QEMU's own client and server or with a scripted one.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "xunit calls DisposeAsync of IAsyncLifetime.")]
public sealed class DiskRelayTests : IAsyncLifetime
{
    private const int DiskBytes = 8 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TwoEnds _ends = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly List<Task> _relays = [];
    private OutboundDisk _outbound = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _ends.DisposeAsync();
        await Task.WhenAll(_relays).WaitAsync(Patience);
        _outbound?.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_QEMU_copies_through_both_relays_is_what_QEMU_finds_there()
    {
        var (source, copy, serverPath, clientPath) = (_directory.File("source"), _directory.File("copy"), _directory.File("server"), _directory.File("client"));
        var content = new byte[DiskBytes];
        new Random(1).NextBytes(content.AsSpan(DiskBytes / 2));
        await File.WriteAllBytesAsync(source, content);
        await File.WriteAllBytesAsync(copy, Enumerable.Repeat((byte)0xEE, DiskBytes).ToArray());

        using var server = Process.Start("qemu-nbd", ["--socket", serverPath, "--format", "raw", "--export-name", "disk", copy]);
        try
        {
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(clientPath));
            listener.Listen();
            var copying = RunAsync("qemu-img", "convert", "-n", "-t", "writeback", "-f", "raw", "-O", "raw", source, $"nbd+unix:///disk?socket={clientPath}");
            var client = await listener.AcceptAsync().WaitAsync(Patience);
            var (near, far) = await _ends.OpenAsync(StreamKind.Disk);
            RunOutbound(client, near);
            _relays.Add(InboundDisk.RunAsync(await ConnectAsync(serverPath), far));
            await copying;

            await _outbound.WaitWrittenAsync();
            await server.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            server.Kill();
        }

        Assert.Equal(content, await File.ReadAllBytesAsync(copy));
    }

    [Fact]
    public async Task A_write_is_answered_before_the_server_has_it_and_a_flush_after()
    {
        var (client, server) = await StartAsync();
        await WriteAsync(client, cookie: 1, offset: 0);
        Assert.Equal(new NbdReply(0, 1), await ReplyAsync(client));
        await WriteAsync(client, cookie: 1, offset: 512);
        Assert.Equal(new NbdReply(0, 1), await ReplyAsync(client));
        var written = _outbound.WaitWrittenAsync();
        Assert.False(written.IsCompleted);
        await SendAsync(client, new NbdRequest(0, NbdCommand.Flush, 2, 0, 0));

        // The flush is held at this end until both writes are answered.
        var first = await RequestAsync(server);
        var second = await RequestAsync(server);
        Assert.Equal((0ul, 512ul), (first.Offset, second.Offset));
        await ReplyAsync(server, 0, second.Cookie);
        await ReplyAsync(server, 0, first.Cookie);
        var flush = await RequestAsync(server);
        Assert.Equal(NbdCommand.Flush, flush.Command);
        Assert.False(written.IsCompleted);
        await ReplyAsync(server, 0, flush.Cookie);
        Assert.Equal(new NbdReply(0, 2), await ReplyAsync(client));
        await written.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_write_waits_for_an_earlier_one_to_the_same_bytes()
    {
        var (client, server) = await StartAsync();
        await WriteAsync(client, cookie: 1, offset: 0);
        await ReplyAsync(client);
        var first = await RequestAsync(server);
        await WriteAsync(client, cookie: 2, offset: 0);
        await WriteAsync(client, cookie: 3, offset: 4096);
        await ReplyAsync(client);
        await ReplyAsync(client);

        // Nothing but the answer lets it go: what would come too early has had the time to.
        await Task.Delay(200);
        Assert.Equal(0, server.Available);
        await ReplyAsync(server, 0, first.Cookie);
        var second = await RequestAsync(server);
        var third = await RequestAsync(server);
        Assert.Equal((0ul, 0ul, 4096ul), (first.Offset, second.Offset, third.Offset));
    }

    [Fact]
    public async Task A_client_that_writes_the_same_bytes_again_is_answered_although_nothing_leaves()
    {
        // The far end is not read: what fits into the channel leaves, which is less than may be unanswered, and the spool fills up.
        const int length = 64 << 10;
        var (client, server) = await StartAsync();
        await WriteAsync(client, cookie: 1, offset: 0);
        await ReplyAsync(client);
        await RequestAsync(server);
        await WriteAsync(client, cookie: 2, offset: 0);
        await ReplyAsync(client);
        for (var count = 0; count < 5 * WriteSpool.MaxRequests; count++)
        {
            // The second waits at the far end for the first; these wait behind it.
            await WriteAsync(client, cookie: 3, offset: 8192, length);
            Assert.Equal(new NbdReply(0, 3), await ReplyAsync(client));
        }
    }

    [Fact]
    public async Task What_the_server_could_not_write_is_told_with_the_flush_and_nothing_counts_as_written()
    {
        const uint NoSpace = 28;
        var (client, server) = await StartAsync();
        await WriteAsync(client, cookie: 1, offset: 0);
        await ReplyAsync(client);
        await ReplyAsync(server, NoSpace, (await RequestAsync(server)).Cookie);
        await SendAsync(client, new NbdRequest(0, NbdCommand.Flush, 2, 0, 0));
        await ReplyAsync(server, 0, (await RequestAsync(server)).Cookie);
        Assert.Equal(new NbdReply(NoSpace, 2), await ReplyAsync(client));
        await Assert.ThrowsAsync<IOException>(_outbound.WaitWrittenAsync);
    }

    [Fact]
    public async Task A_server_that_goes_away_closes_the_client_and_ends_the_wait()
    {
        var (client, server) = await StartAsync();
        await WriteAsync(client, cookie: 1, offset: 0);
        await ReplyAsync(client);
        var written = _outbound.WaitWrittenAsync();
        await RequestAsync(server);
        server.Dispose();
        await Assert.ThrowsAsync<IOException>(() => written.WaitAsync(Patience));
        client.Shutdown(SocketShutdown.Send);
        await AssertClosedAsync(client);
    }

    [Fact]
    public async Task What_is_not_NBD_closes_both_sides()
    {
        var (client, server) = await StartAsync();
        await client.SendAsync(new byte[NbdRequest.Bytes]);
        await AssertClosedAsync(client);
        await AssertClosedAsync(server);
    }

    /// <summary>A client and a server of the relays, which have agreed on an export.</summary>
    private async Task<(Socket Client, Socket Server)> StartAsync()
    {
        var (client, localClient) = await TwoEnds.SocketPairAsync();
        var (server, localServer) = await TwoEnds.SocketPairAsync();
        var (near, far) = await _ends.OpenAsync(StreamKind.Disk);
        RunOutbound(localClient, near);
        _relays.Add(InboundDisk.RunAsync(localServer, far));

        await server.SendAsync((byte[])[.. Encoding.ASCII.GetBytes("NBDMAGICIHAVEOPT"), 0, 3]);
        await ReceiveAsync(client, NbdGreeting.ServerBytes);
        await client.SendAsync(new byte[] { 0, 0, 0, 3 });
        await ReceiveAsync(server, NbdGreeting.ClientBytes);

        // It asks for structured replies and is told by the relay that the server has none.
        await client.SendAsync(Option(8));
        NbdOptionReply.Read(await ReceiveAsync(client, NbdOptionReply.Bytes), out var refusal);
        Assert.True(refusal is { Option: 8, IsLast: true, IsAck: false });

        // NBD_OPT_GO; the server describes the export, with flush and several connections, and agrees. The client is told of one connection.
        await client.SendAsync(Option(NbdOption.Go));
        await ReceiveAsync(server, NbdOption.Bytes);
        var answer = Convert.FromHexString("0003E889045565A900000007000000030000000C000000000000008000000005" + "0003E889045565A9000000070000000100000000");
        await server.SendAsync(answer);
        answer[^(NbdOptionReply.Bytes + 2)] = 0;
        Assert.Equal(answer, await ReceiveAsync(client, answer.Length));
        return (client, server);
    }

    private void RunOutbound(Socket client, ChannelStream near)
    {
        _outbound = new OutboundDisk(client, near);
        _relays.Add(_outbound.RunAsync());
    }

    private static byte[] Option(uint type) => [.. Encoding.ASCII.GetBytes("IHAVEOPT"), 0, 0, 0, (byte)type, 0, 0, 0, 0];

    private static async Task WriteAsync(Socket client, ulong cookie, ulong offset, int length = 512)
    {
        await SendAsync(client, new NbdRequest(0, NbdCommand.Write, cookie, offset, (uint)length));
        await new NetworkStream(client).WriteAsync(new byte[length]);
    }

    private static async Task SendAsync(Socket client, NbdRequest request)
    {
        var bytes = new byte[NbdRequest.Bytes];
        request.Write(bytes);
        await client.SendAsync(bytes);
    }

    private static async Task<NbdRequest> RequestAsync(Socket server)
    {
        Assert.Equal(NbdFault.None, NbdRequest.Read(await ReceiveAsync(server, NbdRequest.Bytes), out var request));
        await ReceiveAsync(server, (int)request.PayloadBytes);
        return request;
    }

    private static async Task ReplyAsync(Socket server, uint error, ulong cookie)
    {
        var bytes = new byte[NbdReply.Bytes];
        new NbdReply(error, cookie).Write(bytes);
        await server.SendAsync(bytes);
    }

    private static async Task<NbdReply> ReplyAsync(Socket client)
    {
        Assert.Equal(NbdFault.None, NbdReply.Read(await ReceiveAsync(client, NbdReply.Bytes), out var reply));
        return reply;
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var received = 0; received < count;)
        {
            var part = await socket.ReceiveAsync(bytes.AsMemory(received)).AsTask().WaitAsync(Patience);
            Assert.True(part > 0, $"closed after {received} of {count} bytes");
            received += part;
        }

        return bytes;
    }

    private static async Task AssertClosedAsync(Socket socket)
    {
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).WaitAsync(Patience));
        }
        catch (SocketException exception)
        {
            Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        }
    }

    private static async Task<Socket> ConnectAsync(string path)
    {
        for (var since = Stopwatch.StartNew(); ;)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
                return socket;
            }
            catch (SocketException) when (since.Elapsed < Patience)
            {
                socket.Dispose();
                await Task.Delay(20);
            }
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(process.ExitCode == 0, error);
    }
}
