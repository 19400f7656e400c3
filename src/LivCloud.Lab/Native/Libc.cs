using System.Runtime.InteropServices;

namespace LivCloud.Lab.Native;

/// <summary>The system calls that the lab needs and .NET does not offer. Declarations only; names are C's.</summary>
internal static unsafe partial class Libc
{
    internal const int O_RDWR = 2, O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000;
    internal const int CLONE_NEWNET = 0x40000000;
    internal const int CLOCK_MONOTONIC = 1, TIMER_ABSTIME = 1;
    internal const int PR_SET_TIMERSLACK = 29;
    internal const nuint TUNSETIFF = 0x400454ca;
    internal const short IFF_TAP = 2, IFF_NO_PI = 0x1000;
    internal const int SCHED_RR = 2;
    internal const short POLLIN = 1;
    internal const int EINTR = 4, EAGAIN = 11, EIO = 5;
    internal const int AT_FDCWD = -100;
    internal const uint STATX_INO = 0x100;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(int fd, nuint request, void* argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ppoll(PollFd* fds, nuint count, TimeSpec* timeout, void* signals);

    [LibraryImport("libc")]
    internal static partial int clock_nanosleep(int clock, int flags, TimeSpec* request, TimeSpec* remaining);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setns(int fd, int kind);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setpriority(int which, int who, int priority);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_setscheduler(int thread, int policy, int* priority);

    [LibraryImport("libc")]
    internal static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mkdir(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(int directory, string path, int flags, uint mask, StatxBuffer* buffer);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int execvp(string file, string?[] arguments);

    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec
    {
        public long tv_sec;
        public long tv_nsec;
    }

    /// <summary>struct statx of linux/stat.h, as far as it is read here; it has the same layout on all architectures.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct StatxBuffer
    {
        [FieldOffset(32)]
        public ulong stx_ino;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFd
    {
        public int fd;
        public short events;
        public short revents;
    }

    /// <summary>struct ifreq of linux/if.h as TUNSETIFF uses it.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 40)]
    internal struct IfReq
    {
        public fixed byte ifr_name[16];
        public short ifr_flags;
    }
}
