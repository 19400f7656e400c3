using LivCloud.Channel.Wire;

namespace LivCloud.Channel.Links;

/// <summary>Reads and writes single frames before a link belongs to a session.</summary>
internal static class FrameExchange
{
    /// <summary>Reads exactly one frame and nothing beyond it.</summary>
    /// <exception cref="EndOfStreamException">The other end closed the connection.</exception>
    /// <exception cref="InvalidDataException">What came is no frame, or too long for a handshake.</exception>
    public static async Task<(FrameHeader Header, byte[] Body)> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var start = new byte[WireLimits.FrameHeaderBytes];
        await stream.ReadExactlyAsync(start, cancellationToken);
        if (!FrameHeader.TryRead(start, out var header, out var error))
        {
            throw new InvalidDataException($"The other end sent a frame that {error.Describe()}.");
        }

        if (header.FrameBytes > WireLimits.MaxControlFrameBytes)
        {
            throw new InvalidDataException($"The other end sent a {header.Type} frame of {header.FrameBytes} B in the handshake.");
        }

        var body = new byte[header.BodyBytes];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return (header, body);
    }

    public static Task WriteAsync(Stream stream, HelloFrame frame, CancellationToken cancellationToken)
    {
        var bytes = new byte[WireLimits.MaxControlFrameBytes];
        return FlushAsync(stream, bytes.AsMemory(0, frame.Write(bytes)), cancellationToken);
    }

    public static Task WriteAsync(Stream stream, WelcomeFrame frame, CancellationToken cancellationToken)
    {
        var bytes = new byte[WireLimits.MaxControlFrameBytes];
        return FlushAsync(stream, bytes.AsMemory(0, frame.Write(bytes)), cancellationToken);
    }

    public static Task WriteAsync(Stream stream, CloseFrame frame, CancellationToken cancellationToken)
    {
        var bytes = new byte[WireLimits.MaxControlFrameBytes];
        return FlushAsync(stream, bytes.AsMemory(0, frame.Write(bytes)), cancellationToken);
    }

    private static async Task FlushAsync(Stream stream, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(frame, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }
}
