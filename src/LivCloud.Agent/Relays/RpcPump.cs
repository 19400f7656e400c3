using System.Buffers;
using System.IO.Pipelines;
using LivCloud.Libvirt.Rpc;

namespace LivCloud.Agent.Relays;

/// <summary>Carries one direction of a libvirt connection message by message, and shows to a tap those it wants to see whole.</summary>
/// <param name="from">Where messages come from.</param>
/// <param name="to">Where they go.</param>
/// <param name="tap">Who looks.</param>
internal sealed class RpcPump(Stream from, RpcWriter to, IRpcTap tap)
{
    /// <summary>The longest message that a tap is shown: calls that it looks for carry a name and a cookie.</summary>
    private const int MaxTappedBytes = 1 << 20;

    /// <summary>Runs until the end of the input.</summary>
    /// <exception cref="InvalidDataException">What comes is not libvirt's protocol.</exception>
    public async Task RunAsync()
    {
        var reader = PipeReader.Create(from, new StreamPipeReaderOptions(leaveOpen: true));
        var passing = 0;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync().ConfigureAwait(false);
                var buffer = result.Buffer;
                while (!buffer.IsEmpty)
                {
                    if (passing > 0)
                    {
                        var part = buffer.Slice(0, Math.Min(passing, buffer.Length));
                        foreach (var segment in part)
                        {
                            await to.WritePartAsync(segment).ConfigureAwait(false);
                        }

                        buffer = buffer.Slice(part.End);
                        passing -= (int)part.Length;
                        if (passing == 0)
                        {
                            to.Leave();
                        }

                        continue;
                    }

                    if (!TryReadHeader(buffer, out var header))
                    {
                        break;
                    }

                    if (!tap.Wants(header))
                    {
                        await to.EnterAsync().ConfigureAwait(false);
                        passing = header.Length;
                        continue;
                    }

                    if (header.Length > MaxTappedBytes)
                    {
                        throw new InvalidDataException($"A libvirt message of {header.Length} bytes is longer than any of its kind.");
                    }

                    if (buffer.Length < header.Length)
                    {
                        break;
                    }

                    var message = buffer.Slice(0, header.Length);
                    await tap.OnMessageAsync(header, message.ToArray(), to).ConfigureAwait(false);
                    buffer = buffer.Slice(message.End);
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                {
                    return;
                }
            }
        }
        finally
        {
            if (passing > 0)
            {
                to.Leave();
            }

            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static bool TryReadHeader(in ReadOnlySequence<byte> buffer, out RpcFrameHeader header)
    {
        Span<byte> head = stackalloc byte[RpcFrameHeader.Bytes];
        var count = (int)Math.Min(buffer.Length, head.Length);
        buffer.Slice(0, count).CopyTo(head);
        if (RpcFrameHeader.TryRead(head[..count], out header, out _, out var error))
        {
            return true;
        }

        return error == RpcFrameError.None ? false : throw new InvalidDataException($"This is not libvirt's protocol: {error}.");
    }
}

/// <summary>Looks at messages of one direction of a libvirt connection.</summary>
internal interface IRpcTap
{
    /// <summary>Whether the message with this head is to be shown; all others are passed on as they come.</summary>
    bool Wants(in RpcFrameHeader header);

    /// <summary>Shows a whole message; the tap passes it on, or not.</summary>
    ValueTask OnMessageAsync(RpcFrameHeader header, ReadOnlyMemory<byte> message, RpcWriter to);
}
