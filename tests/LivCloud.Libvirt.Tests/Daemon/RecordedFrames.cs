using LivCloud.Libvirt.Rpc;

namespace LivCloud.Libvirt.Tests.Daemon;

/// <summary>One message of a recording.</summary>
internal sealed record RecordedFrame(RpcFrameHeader Header, byte[] Bytes);

/// <summary>Splits a recording into messages.</summary>
internal static class RecordedFrames
{
    /// <summary>All messages of a recording that ends with one.</summary>
    public static IReadOnlyList<RecordedFrame> Split(MemoryStream recording)
    {
        var rest = recording.ToArray().AsSpan();
        var frames = new List<RecordedFrame>();
        while (!rest.IsEmpty)
        {
            Assert.True(RpcFrameHeader.TryRead(rest, out var header, out var needed, out var error), $"{error}, {needed} bytes lack");
            Assert.Equal(0, needed);
            frames.Add(new RecordedFrame(header, rest[..header.Length].ToArray()));
            rest = rest[header.Length..];
        }

        return frames;
    }
}
