using System.Runtime.InteropServices;
using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

/// <summary>The one place where libvirt's last error becomes an exception.</summary>
internal static class LibvirtErrors
{
    private const int FromRpc = 7;      // VIR_FROM_RPC
    private const int FromRemote = 13;  // VIR_FROM_REMOTE

    /// <summary>The last error of this thread. Call it at once after the failed call, on the same thread.</summary>
    /// <param name="attempt">What was tried, as it follows "could not".</param>
    /// <param name="connection">The connection the call went over; null when there is none yet.</param>
    internal static LibvirtException Last(string attempt, ConnectHandle? connection)
    {
        var (code, domain, message) = Read();
        return new LibvirtException(attempt, Map(code), code, domain, message, IsTransient(code, domain, connection));
    }

    /// <summary>The number of this thread's last error; 0 when there is none.</summary>
    internal static LibvirtError LastCode() => Map(Read().Code);

    /// <summary>Whether a connection can still be talked to, as far as is known. It clears the last error.</summary>
    internal static bool IsAlive(ConnectHandle connection)
    {
        try
        {
            return LibVirt.virConnectIsAlive(connection) == 1;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private static unsafe (int Code, int Domain, string Message) Read()
    {
        var error = LibVirt.virGetLastError();
        if (error == 0)
        {
            return (0, 0, "libvirt gave no reason");
        }

        // SAFETY: libvirt keeps the last error of this thread until the thread's next call of libvirt; it is copied before that.
        ref readonly var native = ref *(NativeError*)error;
        return (native.Code, native.Domain, Marshal.PtrToStringUTF8(native.Message) ?? "libvirt gave no reason");
    }

    private static LibvirtError Map(int code) =>
        Enum.IsDefined((LibvirtError)code) && code > 0 ? (LibvirtError)code : LibvirtError.Other;

    // A daemon passes the errors of its own connections on with the same domain (a migration whose destination died), so what
    // counts is whether our connection is still alive. Without one, it is the opening that failed.
    private static bool IsTransient(int code, int domain, ConnectHandle? connection)
    {
        var fromTransport = domain is FromRpc or FromRemote || code == (int)LibvirtError.Rpc;
        return fromTransport && (connection is null ? code != (int)LibvirtError.AuthenticationFailed : !IsAlive(connection));
    }
}
