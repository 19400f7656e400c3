using System.Security.Cryptography;
using LivCloud.Channel.Tests.Support;
using LivCloud.Core;

namespace LivCloud.Channel.Tests.Interop;

public sealed class StreamTests : IAsyncLifetime
{
    private static readonly StreamTarget Memory = new(StreamKind.Memory, MigrationId.Parse("abcdefghijkl"), 0);
    private static readonly StreamTarget Api = new(StreamKind.Api, null, 0);
    private readonly TestHost _onprem;
    private readonly TestHost _cloud;

    public StreamTests() => (_onprem, _cloud) = TestHost.Pair();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _onprem.DisposeAsync();
        await _cloud.DisposeAsync();
    }

    [Fact]
    public async Task What_is_written_at_one_end_is_read_at_the_other_and_halves_close_apart()
    {
        var (here, there) = await OpenAsync(Memory);
        Assert.Equal(Memory, there.Target);
        var sent = RandomNumberGenerator.GetBytes(5_000_000);
        var writing = Expect.WriteAllAsync(here, sent);
        Assert.Equal(sent, await Expect.AllAsync(there));
        await writing;
        await Expect.WriteAllAsync(there, sent[..10]);
        Assert.Equal(sent[..10], await Expect.AllAsync(here));
        Assert.InRange(here.WireBytes, sent.Length, sent.Length * 1.01);
        Assert.InRange(there.WireBytes, sent.Length, sent.Length * 1.01);
    }

    [Fact]
    public async Task What_the_acceptor_writes_before_it_has_accepted_goes_out_with_the_acceptance()
    {
        var sent = RandomNumberGenerator.GetBytes(100_000);
        var early = Task.CompletedTask;
        _cloud.Offered = stream => early = Expect.WriteAllAsync(stream, sent);
        var (here, _) = await OpenAsync(Memory);
        Assert.Equal(sent, await Expect.AllAsync(here));
        await early.WaitAsync(TestHost.Patience);
    }

    [Fact]
    public async Task A_stream_that_is_abandoned_after_its_end_does_not_read_as_if_it_were_whole()
    {
        var (here, there) = await OpenAsync(Api);
        await Expect.WriteAllAsync(here, new byte[1000]);
        await Expect.ExactlyAsync(there, 1);
        here.Abort("The test wants it.");
        await OpenAsync(Api);
        await Expect.FailureAsync(() => there.ReadAsync(new byte[1000]).AsTask(), ChannelError.StreamReset);
    }

    [Fact]
    public async Task An_acceptor_may_end_its_direction_before_it_has_accepted()
    {
        _cloud.Offered = stream => Assert.True(stream.CompleteWritesAsync().IsCompletedSuccessfully);
        var (here, there) = await OpenAsync(Memory);
        Assert.Empty(await Expect.AllAsync(here));
        await Expect.WriteAllAsync(here, [1, 2, 3]);
        Assert.Equal([1, 2, 3], await Expect.AllAsync(there));
    }

    [Fact]
    public async Task A_refused_stream_tells_why_and_harms_no_other()
    {
        _cloud.Decide = target => target.Kind == StreamKind.Disk ? new StreamRefusal("There is no such disk.") : null;
        var (here, there) = await OpenAsync(Api);
        var refused = await Expect.FailureAsync(() => here.Session.OpenAsync(Memory with { Kind = StreamKind.Disk }), ChannelError.StreamRefused);
        Assert.Equal("cloud refused the stream Disk 0 of migration abcdefghijkl: There is no such disk.", refused.Message);
        await here.WriteAsync(new byte[] { 7 });
        Assert.Equal([7], await Expect.ExactlyAsync(there, 1));
    }

    [Fact]
    public async Task An_acceptor_that_throws_refuses_the_stream()
    {
        _cloud.Decide = _ => throw new InvalidOperationException("A bug.");
        var session = await _onprem.Endpoint.GetSessionAsync(_cloud.Name);
        await Expect.FailureAsync(() => session.OpenAsync(Api), ChannelError.StreamRefused);
    }

    [Fact]
    public async Task An_aborted_stream_fails_at_both_ends_with_the_reason_and_harms_no_other()
    {
        var (here, there) = await OpenAsync(Memory);
        var (other, otherThere) = await OpenAsync(Api);
        var reading = there.ReadAsync(new byte[10]).AsTask();
        here.Abort("The migration was aborted.");
        var failure = await Expect.FailureAsync(() => reading, ChannelError.StreamReset);
        Assert.EndsWith("The migration was aborted.", failure.Message, StringComparison.Ordinal);
        await Expect.FailureAsync(() => here.ReadAsync(new byte[10]).AsTask(), ChannelError.StreamReset);
        await Expect.FailureAsync(() => here.WriteAsync(new byte[10]).AsTask(), ChannelError.StreamReset);
        await otherThere.WriteAsync(new byte[] { 7 });
        Assert.Equal([7], await Expect.ExactlyAsync(other, 1));
    }

    [Fact]
    public async Task Disposing_before_the_end_is_no_end()
    {
        var (here, there) = await OpenAsync(Memory);
        await here.WriteAsync(new byte[] { 7 });
        Assert.Equal([7], await Expect.ExactlyAsync(there, 1));
        await here.DisposeAsync();
        await Expect.FailureAsync(() => there.ReadAsync(new byte[10]).AsTask(), ChannelError.StreamReset);
    }

    [Fact]
    public async Task Disposing_after_the_end_lets_what_was_written_arrive()
    {
        var (here, there) = await OpenAsync(Memory);
        await Expect.WriteAllAsync(here, new byte[300_000]);
        await here.DisposeAsync();
        await Expect.WriteAllAsync(there, new byte[300_000]);
        Assert.Equal(300_000, (await Expect.AllAsync(there)).Length);
    }

    [Fact]
    public async Task A_read_or_write_that_waits_can_be_cancelled_and_the_stream_lives_on()
    {
        var (here, there) = await OpenAsync(Api);
        using var cancel = new CancellationTokenSource();
        var reading = there.ReadAsync(new byte[10], cancel.Token).AsTask();
        var writing = here.WriteAsync(new byte[10_000_000], cancel.Token).AsTask();
        Assert.Equal(10, await reading.WaitAsync(TestHost.Patience));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        await Expect.ExactlyAsync(there, 100_000);
        await there.WriteAsync(new byte[] { 7 });
        Assert.Equal([7], await Expect.ExactlyAsync(here, 1));
    }

    [Fact]
    public async Task A_writer_waits_for_a_slow_reader()
    {
        var (here, there) = await OpenAsync(Api);
        var writing = Expect.WriteAllAsync(here, new byte[2_000_000]);
        await Expect.ExactlyAsync(there, 1000);
        Assert.False(writing.IsCompleted);
        Assert.Equal(1_999_000, (await Expect.AllAsync(there)).Length);
        await writing;
    }

    [Fact]
    public async Task Giving_up_an_open_tells_the_peer()
    {
        using var cancel = new CancellationTokenSource();
        var deciding = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var decided = new ManualResetEventSlim();
        _cloud.Decide = _ =>
        {
            deciding.SetResult();
            decided.Wait();
            return null;
        };
        var session = await _onprem.Endpoint.GetSessionAsync(_cloud.Name);
        var opening = session.OpenAsync(Api, cancel.Token);
        await deciding.Task.WaitAsync(TestHost.Patience);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        decided.Set();
        var there = await _cloud.NextStreamAsync();
        await Expect.FailureAsync(() => there.ReadAsync(new byte[1]).AsTask(), ChannelError.StreamReset);
    }

    [Fact]
    public async Task Both_ends_may_open_streams_of_one_session()
    {
        var (here, _) = await OpenAsync(Api);
        var back = await _cloud.Endpoint.GetSessionAsync(_onprem.Name);
        Assert.Equal(here.Session.Id, back.Id);
        await using var there = await back.OpenAsync(Memory).WaitAsync(TestHost.Patience);
        await using var accepted = await _onprem.NextStreamAsync();
        Assert.Equal(Memory, accepted.Target);
    }

    [Fact]
    public async Task A_cap_holds_and_can_be_lifted_in_flight()
    {
        var (here, there) = await OpenAsync(Memory);
        here.Session.BandwidthCap = new Bandwidth(8_000_000);
        var writing = Expect.WriteAllAsync(here, new byte[50_000_000]);
        var begin = TimeProvider.System.GetTimestamp();
        await Expect.ExactlyAsync(there, 2_000_000);
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin).TotalSeconds, 1.6, 20);
        here.Session.BandwidthCap = null;
        begin = TimeProvider.System.GetTimestamp();
        await Expect.AllAsync(there);
        await writing;
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin).TotalSeconds, 0, 20);
    }

    private async Task<(ChannelStream Here, ChannelStream There)> OpenAsync(StreamTarget target)
    {
        var session = await _onprem.Endpoint.GetSessionAsync(_cloud.Name).WaitAsync(TestHost.Patience);
        var here = await session.OpenAsync(target).WaitAsync(TestHost.Patience);
        return (here, await _cloud.NextStreamAsync());
    }
}
