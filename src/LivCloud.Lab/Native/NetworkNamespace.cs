using System.Runtime.InteropServices;

namespace LivCloud.Lab.Native;

/// <summary>Makes sockets inside a named network namespace; a socket stays in the namespace in which it was made.</summary>
internal static class NetworkNamespace
{
    /// <summary>Where iproute2 keeps named namespaces.</summary>
    public const string Directory = "/run/netns";

    /// <summary>How /proc/PID/ns/net names the namespace; null when there is none of that name (any more).</summary>
    public static unsafe string? Identity(string name)
    {
        Libc.StatxBuffer buffer;
        // SAFETY: statx writes at most 256 bytes, the size of the structure. A file under /run/netns has its namespace's inode number.
        return Libc.statx(Libc.AT_FDCWD, $"{Directory}/{name}", 0, Libc.STATX_INO, &buffer) == 0 ? $"net:[{buffer.stx_ino}]" : null;
    }

    /// <summary>Runs <paramref name="make"/> on a thread of its own inside the namespace.</summary>
    public static T Run<T>(string name, Func<T> make)
    {
        T? result = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(name);
                result = make();
            }
            catch (Exception ex)   // this thread's only owner is the caller, which throws it again
            {
                failure = ex;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new LabException(LabError.Failed, $"Work in the network namespace '{name}' failed: {failure.Message}", failure);
    }

    private static void Enter(string name)
    {
        var fd = Libc.open($"{Directory}/{name}", Libc.O_CLOEXEC);
        if (fd < 0 || Libc.setns(fd, Libc.CLONE_NEWNET) != 0)
        {
            var error = Marshal.GetLastPInvokeErrorMessage();
            _ = fd < 0 ? 0 : Libc.close(fd);
            throw new LabException(LabError.Failed, $"The network namespace '{name}' can not be entered: {error}.");
        }

        _ = Libc.close(fd);
    }
}
