using System.Diagnostics;
using LivCloud.Channel.Wire;

namespace LivCloud.Channel.Protocol;

/// <summary>Lends byte arrays of a few sizes, so that frames are sent and received without allocating. Not for several threads at once.</summary>
internal sealed class BlockPool
{
    /// <summary>What the pool keeps for later; blocks beyond are left to the garbage collector.</summary>
    public const long MaxFreeBytes = 24 * 1024 * 1024;

    private const int FrameRoom = WireLimits.DataOverheadBytes;
    private static readonly int[] Sizes = [256, 1024, 4096, 16384 + FrameRoom, 32768 + FrameRoom, 65536 + FrameRoom];
    private readonly Stack<byte[]>[] _free = [.. Sizes.Select(_ => new Stack<byte[]>())];
    private long _freeBytes;

    /// <summary>The bytes of all blocks that are lent.</summary>
    public long LentBytes { get; private set; }

    /// <summary>Lends a block of at least <paramref name="minBytes"/> bytes.</summary>
    public byte[] Rent(int minBytes)
    {
        var size = SizeClass(minBytes);
        LentBytes += Sizes[size];
        if (!_free[size].TryPop(out var block))
        {
            return GC.AllocateUninitializedArray<byte>(Sizes[size], pinned: Sizes[size] > 4096);
        }

        _freeBytes -= block.Length;
        return block;
    }

    /// <summary>Takes a block back.</summary>
    public void Return(byte[] block)
    {
        LentBytes -= block.Length;
        if (_freeBytes + block.Length > MaxFreeBytes)
        {
            return;
        }

        _freeBytes += block.Length;
        _free[SizeClass(block.Length)].Push(block);
    }

    private static int SizeClass(int bytes)
    {
        for (var size = 0; size < Sizes.Length; size++)
        {
            if (bytes <= Sizes[size])
            {
                return size;
            }
        }

        throw new UnreachableException($"No block holds {bytes} bytes.");
    }
}
