using System.Buffers.Binary;
using LivCloud.Lab.Links;

namespace LivCloud.Lab.Guests;

/// <summary>The pseudo-random data that a disk is filled with beforehand; each MiB can be computed by itself.</summary>
internal static class DiskData
{
    public const int ChunkBytes = 1 << 20;

    /// <summary>Fills <paramref name="chunk"/> with what the MiB of that number holds.</summary>
    public static void Fill(Span<byte> chunk, long number)
    {
        var random = new SplitMix64((ulong)number);
        for (var i = 0; i < chunk.Length; i += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(chunk[i..], random.Next());
        }
    }
}
