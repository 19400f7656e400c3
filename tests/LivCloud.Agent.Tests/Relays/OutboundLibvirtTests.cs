using System.Net.Sockets;
using LivCloud.Agent.Relays;
using LivCloud.Channel;
using LivCloud.Libvirt.Rpc;
using LivCloud.Migration.Ports;

namespace LivCloud.Agent.Tests.Relays;

/// <summary>The relay between the source's libvirt and the destination's, over a real channel.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "xunit calls DisposeAsync of IAsyncLifetime.")]
public sealed class OutboundLibvirtTests : IAsyncLifetime
{
    private const uint FinishSerial = 7;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TwoEnds _ends = new();
    private readonly Gate _gate = new();
    private Socket _libvirt = null!;
    private ChannelStream _far = null!;
    private Task _relay = Task.CompletedTask;
    private Task _disks = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        var (near, far) = await _ends.OpenAsync(StreamKind.Libvirt);
        var (libvirt, relayed) = await TwoEnds.SocketPairAsync();
        (_libvirt, _far) = (libvirt, far);
        _relay = Task.Run(() => OutboundLibvirt.RunAsync(relayed, near, _gate, () => _disks));
    }

    public async Task DisposeAsync()
    {
        _gate.Release();
        _gate.LetAnswerThrough();
        _libvirt.Dispose();
        await _ends.DisposeAsync();
        await _relay.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_keepalive_ping_is_answered_here_and_not_passed_on()
    {
        var ping = new byte[RpcFrameHeader.Bytes];
        new RpcFrameHeader(ping.Length, RpcProgram.KeepAlive, 1, KeepAliveProcedure.Ping, RpcMessageType.Message, 0, RpcMessageStatus.Ok).TryWrite(ping);
        await _libvirt.SendAsync(ping);
        RpcFrameHeader.TryRead(await ReceiveAsync(_libvirt, RpcFrameHeader.Bytes), out var answer, out _, out _);
        Assert.True(RpcFrames.IsKeepAlivePong(answer));

        var call = RpcPumpTests.Message(13, 1, 40);
        await _libvirt.SendAsync(call);
        Assert.Equal(call, await ReceiveAsync(_far, call.Length));
    }

    [Fact]
    public async Task The_finish_call_is_passed_on_only_after_the_fence_is_up()
    {
        var finish = Finish(cancelled: false);
        await _libvirt.SendAsync(finish);
        await _gate.Asked.WaitAsync(Patience);
        var read = _far.ReadAsync(new byte[1]).AsTask();
        Assert.False(read.IsCompleted);

        _gate.Release();
        Assert.Equal(1, await read.WaitAsync(Patience));
        Assert.Equal(finish[1..], await ReceiveAsync(_far, finish.Length - 1));
    }

    [Fact]
    public async Task The_fence_goes_up_only_after_the_copied_disks_are_written()
    {
        var written = new TaskCompletionSource();
        _disks = written.Task;
        _gate.Release();
        var finish = Finish(cancelled: false);
        await _libvirt.SendAsync(finish);
        await PassCallAsync();
        Assert.False(_gate.Asked.IsCompleted);
        written.SetResult();
        Assert.Equal(finish, await ReceiveAsync(_far, finish.Length));
        Assert.True(_gate.Asked.IsCompleted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_disk_that_is_not_written_or_a_destination_that_leaves_before_it_is_raises_no_fence(bool leaves)
    {
        var written = new TaskCompletionSource();
        _disks = written.Task;
        await _libvirt.SendAsync(Finish(cancelled: false));
        var closed = _libvirt.ReceiveAsync(new byte[1]);
        if (leaves)
        {
            await _ends.EndFarAsync();
            Assert.Equal(0, await ReadEndAsync(closed));
            written.SetResult();
        }
        else
        {
            written.SetException(new IOException("no space"));
            Assert.Equal(0, await ReadEndAsync(closed));
        }

        await _relay.WaitAsync(Patience);
        Assert.False(_gate.Asked.IsCompleted);
        Assert.False(_gate.Answered.IsCompleted);
    }

    [Fact]
    public async Task A_finish_call_that_cancels_raises_no_fence()
    {
        var finish = Finish(cancelled: true);
        await _libvirt.SendAsync(finish);
        Assert.Equal(finish, await ReceiveAsync(_far, finish.Length));
        Assert.False(_gate.Asked.IsCompleted);
    }

    [Theory]
    [InlineData(RpcMessageStatus.Ok, true)]
    [InlineData(RpcMessageStatus.Error, false)]
    public async Task Libvirt_hears_the_answer_only_after_the_gate_and_the_fence_falls_last(RpcMessageStatus status, bool succeeded)
    {
        await PassFinishAsync();
        var reply = RpcPumpTests.Message(MigrationProcedure.Finish3Params, FinishSerial, 60, RpcMessageType.Reply, status);
        await _far.WriteAsync(reply);
        Assert.Equal(succeeded, await _gate.Answered.WaitAsync(Patience));
        Assert.Equal(0, _libvirt.Available);

        _gate.LetAnswerThrough();
        Assert.Equal(reply, await ReceiveAsync(_libvirt, reply.Length));
        await _gate.Fallen.WaitAsync(Patience);
    }

    [Fact]
    public async Task When_the_far_side_is_lost_libvirt_hears_of_it_only_after_the_gate()
    {
        await PassFinishAsync();
        await _ends.EndFarAsync();
        Assert.False(await _gate.Answered.WaitAsync(Patience));
        var closed = _libvirt.ReceiveAsync(new byte[1]);
        Assert.False(closed.IsCompleted);
        Assert.False(_gate.Fallen.IsCompleted);

        _gate.LetAnswerThrough();
        await _gate.Fallen.WaitAsync(Patience);
        Assert.Equal(0, await ReadEndAsync(closed));
    }

    private static async Task<int> ReadEndAsync(Task<int> read)
    {
        try
        {
            return await read.WaitAsync(Patience);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    /// <summary>Sees something from the far end arrive: whatever the relay does by then, it has done.</summary>
    private async Task PassCallAsync()
    {
        var reply = RpcPumpTests.Message(13, 1, 40);
        await _far.WriteAsync(reply);
        Assert.Equal(reply, await ReceiveAsync(_libvirt, reply.Length));
    }

    private async Task PassFinishAsync()
    {
        _gate.Release();
        var finish = Finish(cancelled: false);
        await _libvirt.SendAsync(finish);
        Assert.Equal(finish, await ReceiveAsync(_far, finish.Length));
    }

    private static byte[] Finish(bool cancelled)
    {
        var message = RpcPumpTests.Message(MigrationProcedure.Finish3Params, FinishSerial, 32);
        message[^1] = cancelled ? (byte)1 : (byte)0;
        return message;
    }

    private static Task<byte[]> ReceiveAsync(Socket socket, int count) => ReceiveAsync(new NetworkStream(socket, ownsSocket: false), count);

    private static async Task<byte[]> ReceiveAsync(Stream stream, int count)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var buffer = new byte[count];
        await stream.ReadExactlyAsync(buffer, deadline.Token);
        return buffer;
    }

    /// <summary>A gate that waits at each step until the test lets it go on.</summary>
    private sealed class Gate : IFinishGate
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<bool> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _letThrough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _fallen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public Task<bool> Answered => _answered.Task;

        public Task Fallen => _fallen.Task;

        public void Release() => _released.TrySetResult();

        public void LetAnswerThrough() => _letThrough.TrySetResult();

        public async ValueTask BeforeFinishAsync()
        {
            _asked.TrySetResult();
            await _released.Task;
        }

        public async ValueTask OnFinishAnsweredAsync(bool succeeded)
        {
            _answered.TrySetResult(succeeded);
            await _letThrough.Task;
        }

        public void AfterFinish() => _fallen.TrySetResult();
    }
}
