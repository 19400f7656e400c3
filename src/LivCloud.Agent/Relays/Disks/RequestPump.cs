using System.Buffers;
using LivCloud.Nbd;

namespace LivCloud.Agent.Relays.Disks;

/// <summary>Carries NBD requests one way and shows their heads to a tap.</summary>
/// <param name="from">Where they come from.</param>
/// <param name="to">Where they go.</param>
/// <param name="tap">Who looks.</param>
internal sealed class RequestPump(Stream from, Stream to, IRequestTap tap)
{
    private const int BufferBytes = 64 << 10;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);

    /// <summary>Bytes in the buffer that were not sent on: those before the position may be.</summary>
    private int _start, _position, _end;

    private uint _payload;

    /// <summary>Runs until the end of the input.</summary>
    /// <exception cref="InvalidDataException">What comes is not NBD.</exception>
    public async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var count = await from.ReadAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
                if (count == 0)
                {
                    DiskFault.Check(_payload == 0 && _end == 0 ? NbdFault.None : NbdFault.Cut);
                    return;
                }

                _end += count;
                while (Scan())
                {
                    await SendAsync().ConfigureAwait(false);
                    await tap.WaitAsync().ConfigureAwait(false);
                }

                await SendAsync().ConfigureAwait(false);

                // Less than a head is left.
                _buffer.AsSpan(_start.._end).CopyTo(_buffer);
                (_start, _position, _end) = (0, 0, _end - _start);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    /// <summary>Moves the position over all that may be sent on.</summary>
    /// <returns>Whether a request is held back.</returns>
    private bool Scan()
    {
        while (true)
        {
            var skipped = (int)Math.Min(_payload, _end - _position);
            _position += skipped;
            _payload -= (uint)skipped;
            if (_end - _position < NbdRequest.Bytes || _payload > 0)
            {
                return false;
            }

            DiskFault.Check(NbdRequest.Read(_buffer.AsSpan(_position), out var request));
            if (!tap.TryTake(request))
            {
                return true;
            }

            _position += NbdRequest.Bytes;
            _payload = request.PayloadBytes;
        }
    }

    private async Task SendAsync()
    {
        if (_position > _start)
        {
            await to.WriteAsync(_buffer.AsMemory(_start.._position)).ConfigureAwait(false);
            _start = _position;
        }
    }
}

/// <summary>Looks at requests before they are sent on.</summary>
internal interface IRequestTap
{
    /// <summary>Takes a request.</summary>
    /// <returns>false when it has to wait.</returns>
    bool TryTake(in NbdRequest request);

    /// <summary>Waits until it is worth trying to take that request again.</summary>
    /// <exception cref="IOException">That will not come, since the other direction has ended.</exception>
    Task WaitAsync();
}
