namespace LivCloud.Transport.Sockets.Tests;

/// <summary>Bytes that follow from their places alone, the same that bench/peers/peer.h makes.</summary>
internal static class Pattern
{
    private const int Period = 65_521;
    private static readonly byte[] Bytes = Make();

    /// <summary>Sends so many bytes.</summary>
    public static async Task SendAsync(Stream stream, long total, CancellationToken cancellationToken)
    {
        for (long sent = 0; sent < total;)
        {
            var from = (int)(sent % Period);
            var count = (int)Math.Min(total - sent, Math.Min(Bytes.Length - from, 64 << 10));
            await stream.WriteAsync(Bytes.AsMemory(from, count), cancellationToken);
            sent += count;
        }
    }

    /// <summary>Reads and checks bytes to the end, or as many as are expected.</summary>
    /// <returns>How many there were.</returns>
    public static async Task<long> ReceiveAsync(Stream stream, long? total, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 << 10];
        long received = 0;
        while (received != total)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, total - received ?? buffer.Length)), cancellationToken);
            if (count == 0)
            {
                break;
            }

            Assert.True(buffer.AsSpan(0, count).SequenceEqual(Bytes.AsSpan((int)(received % Period), count)), $"changed between {received} and {received + count}");
            received += count;
        }

        return received;
    }

    private static byte[] Make()
    {
        var bytes = new byte[Period * 3];
        var state = 1u;
        for (var i = 0; i < Period; i++)
        {
            state = unchecked((state * 1103515245u) + 12345u);
            bytes[i] = (byte)(state >> 16);
        }

        bytes.AsSpan(0, Period).CopyTo(bytes.AsSpan(Period));
        bytes.AsSpan(0, Period).CopyTo(bytes.AsSpan(2 * Period));
        return bytes;
    }
}
