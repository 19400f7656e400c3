using System.Runtime.InteropServices;

namespace LivCloud.Transport.Sockets.Native;

/// <summary>What of the C library .NET has no names for: datagrams in batches and trains, exact sleeps.</summary>
internal static unsafe partial class LibC
{
    /// <summary>Sends one message (sendmsg(2)).</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint sendmsg(int socket, MessageHeader* message, int flags);

    /// <summary>Receives several messages (recvmmsg(2)).</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int recvmmsg(int socket, BatchedMessage* messages, uint count, int flags, TimeSpec* timeout);

    /// <summary>Waits for descriptors, with a time-out in nanoseconds (ppoll(2)).</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ppoll(PollEntry* entries, nuint count, TimeSpec* timeout, void* signals);

    /// <summary>Makes a counter that can be waited for (eventfd(2)).</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int eventfd(uint value, int flags);

    /// <summary>Reads from a descriptor (read(2)).</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(int descriptor, void* buffer, nuint count);

    /// <summary>Writes to a descriptor (write(2)).</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(int descriptor, void* buffer, nuint count);

    /// <summary>Closes a descriptor (close(2)).</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int descriptor);

    /// <summary>Sets how late the calling thread's sleeps may end (prctl(2), PR_SET_TIMERSLACK).</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int prctl(int option, nuint value, nuint unused1, nuint unused2, nuint unused3);
}

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Base;
    public nuint Length;
}

/// <summary>struct msghdr as glibc has it on 64 bits.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public byte* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary>struct mmsghdr.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BatchedMessage
{
    public MessageHeader Header;
    public uint Length;
}

/// <summary>struct cmsghdr.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ControlHeader
{
    public nuint Length;
    public int Level;
    public int Type;
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public int Descriptor;
    public short Events;
    public short Happened;
}

/// <summary>struct timespec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}
