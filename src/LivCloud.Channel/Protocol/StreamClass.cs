using System.Diagnostics;

namespace LivCloud.Channel.Protocol;

/// <summary>Which streams go first. A lower one sends only when no higher one can.</summary>
internal enum StreamPriority
{
    /// <summary>API, libvirt and consoles: small, and a person or libvirt waits for the answer.</summary>
    Interactive,

    /// <summary>Copies of disks, which must be complete before the memory's last pass.</summary>
    Disk,

    /// <summary>Guest memory.</summary>
    Memory,
}

/// <summary>What follows from a stream's kind. Both ends know it, so that it needs no place on the wire.</summary>
internal static class StreamClass
{
    public const int Priorities = 3;

    /// <summary>The most bytes that a stream holds which no link has taken yet. They count as downtime, so they are few.</summary>
    public const int MaxUnsentBytes = 64 * 1024;

    /// <summary>Who goes first.</summary>
    public static StreamPriority Priority(this StreamKind kind) => kind switch
    {
        StreamKind.Api or StreamKind.Libvirt or StreamKind.Console => StreamPriority.Interactive,
        StreamKind.Disk => StreamPriority.Disk,
        StreamKind.Memory or StreamKind.Measure => StreamPriority.Memory,
        _ => throw new UnreachableException($"Stream kind {kind} was let in."),
    };

    /// <summary>How many bytes the peer may send beyond what was read.</summary>
    public static int WindowBytes(this StreamKind kind) => kind switch
    {
        StreamKind.Api => 256 * 1024,
        StreamKind.Libvirt or StreamKind.Console => 1024 * 1024,
        StreamKind.Disk or StreamKind.Memory or StreamKind.Measure => 16 * 1024 * 1024,
        _ => throw new UnreachableException($"Stream kind {kind} was let in."),
    };

    /// <summary>How large the pieces are in which received bytes are kept.</summary>
    public static int BlockBytes(this StreamKind kind) => kind.Priority() == StreamPriority.Interactive ? 16 * 1024 : 64 * 1024;
}
