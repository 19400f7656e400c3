using System.Runtime.InteropServices;

namespace LivCloud.Libvirt.Native;

/// <summary>The C library: process file descriptors (pidfd_open(2), pidfd_send_signal(2)), by which a signal can not hit a later process, and statx(2).</summary>
internal static partial class LibC
{
    internal const int SIGKILL = 9;
    internal const int SIGCONT = 18;
    internal const int SIGSTOP = 19;

    [LibraryImport("libc.so.6", SetLastError = true)]
    internal static partial ProcessHandle pidfd_open(int pid, uint flags);

    [LibraryImport("libc.so.6", SetLastError = true)]
    internal static partial int pidfd_send_signal(ProcessHandle pidfd, int signal, nint info, uint flags);

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(int directory, string path, int flags, uint mask, ref byte buffer);

    [LibraryImport("libc.so.6", SetLastError = true)]
    internal static partial int close(int descriptor);
}

/// <summary>A process file descriptor.</summary>
internal sealed class ProcessHandle() : SafeHandle(-1, ownsHandle: true)
{
    public override bool IsInvalid => handle < 0;

    protected override bool ReleaseHandle() => LibC.close((int)handle) == 0;
}
