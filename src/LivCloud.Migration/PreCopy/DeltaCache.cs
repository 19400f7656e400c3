using System.Numerics;
using LivCloud.Core;

namespace LivCloud.Migration.PreCopy;

/// <summary>How much of the source's memory holds pages as they were sent, so that a page which was written again is sent as its difference (QEMU's XBZRLE).</summary>
public static class DeltaCache
{
    /// <summary>The least: what QEMU takes by itself.</summary>
    public static readonly ByteSize Least = new(64L << 20);

    /// <summary>The most that a migration may take from other guests of its host.</summary>
    public static readonly ByteSize Most = new(512L << 20);

    /// <summary>An eighth of the guest's memory holds the pages that are written again and again; QEMU wants a power of two.</summary>
    /// <param name="memoryBytes">The guest's memory, in bytes.</param>
    public static ByteSize For(long memoryBytes) =>
        new(Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(memoryBytes, 1)) / 8, Least.Bytes, Most.Bytes));
}
