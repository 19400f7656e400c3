using System.Buffers;
using LivCloud.Nbd;

namespace LivCloud.Agent.Relays.Disks;

/// <summary>Carries NBD replies one way and shows their heads to a tap, which may keep them.</summary>
/// <param name="from">Where they come from.</param>
/// <param name="to">Where they go.</param>
/// <param name="tap">Who looks.</param>
internal sealed class ReplyPump(Stream from, Stream to, IReplyTap tap)
{
    private const int BufferBytes = 64 << 10;

    /// <summary>Runs until the end of the input.</summary>
    /// <exception cref="InvalidDataException">What comes is not NBD.</exception>
    public async Task RunAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var (filled, payload) = (0, 0u);
            while (true)
            {
                var count = await from.ReadAsync(buffer.AsMemory(filled)).ConfigureAwait(false);
                if (count == 0)
                {
                    DiskFault.Check(payload == 0 && filled == 0 ? NbdFault.None : NbdFault.Cut);
                    return;
                }

                var passed = Pass(buffer.AsSpan(0, filled + count), ref payload, out filled, out var rest);
                await tap.SendAsync(to, buffer.AsMemory(0, passed), isWhole: payload == 0).ConfigureAwait(false);
                buffer.AsSpan(rest, filled).CopyTo(buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Moves what is passed on to the front.</summary>
    /// <returns>How many bytes that is; <paramref name="left"/> bytes from <paramref name="rest"/> on are less than a head.</returns>
    private int Pass(Span<byte> bytes, ref uint payload, out int left, out int rest)
    {
        var passed = 0;
        for (var position = 0; ;)
        {
            var skipped = (int)Math.Min(payload, bytes.Length - position);
            bytes.Slice(position, skipped).CopyTo(bytes[passed..]);
            (position, passed, payload) = (position + skipped, passed + skipped, payload - (uint)skipped);
            if (bytes.Length - position < NbdReply.Bytes || payload > 0)
            {
                (left, rest) = (bytes.Length - position, position);
                return passed;
            }

            DiskFault.Check(NbdReply.Read(bytes[position..], out var reply));
            if (tap.Take(ref reply, out payload))
            {
                reply.Write(bytes[passed..]);
                passed += NbdReply.Bytes;
            }

            position += NbdReply.Bytes;
        }
    }
}

/// <summary>Looks at replies.</summary>
internal interface IReplyTap
{
    /// <summary>Takes a reply, and may change its cookie and error.</summary>
    /// <returns>Whether it is passed on.</returns>
    bool Take(ref NbdReply reply, out uint payloadBytes);

    /// <summary>Sends replies on.</summary>
    /// <param name="to">Where they go.</param>
    /// <param name="replies">The bytes; may be none.</param>
    /// <param name="isWhole">false: the rest of the last one's bytes comes with the next call.</param>
    ValueTask SendAsync(Stream to, ReadOnlyMemory<byte> replies, bool isWhole);
}
