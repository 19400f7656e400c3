using System.Security.Cryptography;
using LivCloud.Channel.Tests.Support;
using LivCloud.Core;

namespace LivCloud.Channel.Tests.Interop;

public sealed class StreamTests
{
    private static readonly StreamTarget Memory = new(StreamKind.Memory, MigrationId.Parse("abcdefghijkl"), 0);
    private static readonly StreamTarget Api = new(StreamKind.Api, null, 0);

    [Fact]
    public async Task What_is_written_at_one_end_is_read_at_the_other()
    {
        var (onprem, cloud) = TestHost.Pair();
        await using var _ = onprem;
        await using var __ = cloud;
        var session = await onprem.Endpoint.GetSessionAsync(cloud.Name).WaitAsync(TestHost.Patience);
        await using var here = await session.OpenAsync(Memory).WaitAsync(TestHost.Patience);
        await using var there = await cloud.NextStreamAsync();
        Assert.Equal(Memory, there.Target);
        var sent = RandomNumberGenerator.GetBytes(5_000_000);
        var writing = WriteAllAsync(here, sent);
        var received = await ReadAllAsync(there).WaitAsync(TestHost.Patience);
        await writing;
        Assert.Equal(sent, received);
        await there.WriteAsync(sent.AsMemory(0, 10)).AsTask().WaitAsync(TestHost.Patience);
        await there.CompleteWritesAsync();
        Assert.Equal(sent[..10], await ReadAllAsync(here).WaitAsync(TestHost.Patience));
    }

    private static async Task WriteAllAsync(ChannelStream stream, byte[] bytes)
    {
        for (var at = 0; at < bytes.Length; at += 100_000)
        {
            await stream.WriteAsync(bytes.AsMemory(at, Math.Min(100_000, bytes.Length - at)));
        }

        await stream.CompleteWritesAsync();
    }

    private static async Task<byte[]> ReadAllAsync(ChannelStream stream)
    {
        var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }
}
