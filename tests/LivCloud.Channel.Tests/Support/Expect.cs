namespace LivCloud.Channel.Tests.Support;

/// <summary>Waits with a limit, since a test must end.</summary>
internal static class Expect
{
    public static async Task<ChannelException> FailureAsync(Func<Task> action, ChannelError error)
    {
        var failure = await Assert.ThrowsAsync<ChannelException>(() => action().WaitAsync(TestHost.Patience));
        Assert.True(failure.Error == error, $"{failure.Error} instead of {error}: {failure.Message}");
        return failure;
    }

    /// <summary>Waits until the session's number of links is as given.</summary>
    public static async Task LinksAsync(ChannelSession session, int links)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        session.LinksChanged += Check;
        Check(0);
        await reached.Task.WaitAsync(TestHost.Patience);
        session.LinksChanged -= Check;

        void Check(int _)
        {
            if (session.Links == links)
            {
                reached.TrySetResult();
            }
        }
    }

    public static async Task ClosedAsync(ChannelSession session)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = session.Closed.Register(closed.SetResult);
        await closed.Task.WaitAsync(TestHost.Patience);
    }

    public static async Task<byte[]> AllAsync(ChannelStream stream)
    {
        var all = new MemoryStream();
        await stream.CopyToAsync(all).WaitAsync(TestHost.Patience);
        return all.ToArray();
    }

    public static async Task<byte[]> ExactlyAsync(ChannelStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(TestHost.Patience);
        return bytes;
    }

    public static async Task WriteAllAsync(ChannelStream stream, byte[] bytes)
    {
        for (var at = 0; at < bytes.Length; at += 100_000)
        {
            await stream.WriteAsync(bytes.AsMemory(at, Math.Min(100_000, bytes.Length - at))).AsTask().WaitAsync(TestHost.Patience);
        }

        await stream.CompleteWritesAsync();
    }
}
