using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

/// <summary>A connection to a libvirt daemon, or to libvirt's test driver. Usable from several threads at once.</summary>
/// <remarks>
/// All methods block until the daemon has answered. A connection that broke stays broken (<see cref="Closed"/>); open another.
/// Domains, pools and volumes that came from it may be disposed of before or after it.
/// </remarks>
public sealed partial class LibvirtConnection : IDisposable
{
    /// <summary>Seconds of silence after which libvirt asks the daemon for a sign of life.</summary>
    private const int KeepAliveIntervalSeconds = 5;

    /// <summary>How many such questions may stay unanswered before the connection counts as broken.</summary>
    private const int KeepAliveCount = 5;

    private readonly ConnectHandle _handle;
    private readonly CancellationTokenSource _closed = new();
    private int _disposed;

    private LibvirtConnection(string uri, ConnectHandle handle)
    {
        Uri = uri;
        _handle = handle;
        Closed = _closed.Token;
        _lifecycle = new EventSource<DomainLifecycle>(this);
        _migrationIteration = new EventSource<DomainMigrationIteration>(this);
        _jobCompleted = new EventSource<DomainJobCompleted>(this);
    }

    /// <summary>The URI it was opened with.</summary>
    public string Uri { get; }

    /// <summary>Whether the daemon can still be talked to, as far as is known; it does not ask the daemon.</summary>
    public bool IsAlive => LibvirtErrors.IsAlive(_handle);

    /// <summary>
    /// Cancelled, on a thread of the pool, when the connection breaks (end of file, error, no sign of life) or is disposed of.
    /// </summary>
    public CancellationToken Closed { get; }

    /// <summary>The native connection, for the errors of what came from it.</summary>
    internal ConnectHandle Handle => _handle;

    /// <summary>
    /// Opens a connection, such as "qemu:///system" or "test:///default"; starts libvirt's event thread with the process's first.
    /// </summary>
    /// <exception cref="LibvirtException">No daemon answers there, or it refuses; transient when it may come up later.</exception>
    /// <exception cref="DllNotFoundException">libvirt.so.0 is not installed.</exception>
    public static LibvirtConnection Open(string uri)
    {
        ArgumentException.ThrowIfNullOrEmpty(uri);
        EventLoop.Start();
        var handle = LibVirt.virConnectOpen(uri);
        if (handle.IsInvalid)
        {
            throw LibvirtErrors.Last($"connect to {uri}", connection: null);
        }

        var connection = new LibvirtConnection(uri, handle);
        try
        {
            connection.WatchForEnd();
            connection.KeepAlive();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Ends all subscriptions, then the connection.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _lifecycle.Deregister();
        _migrationIteration.Deregister();
        _jobCompleted.Deregister();
        StopWatching();
        _handle.Dispose();
        _closed.Cancel();
    }

    private void KeepAlive()
    {
        if (LibVirt.virConnectSetKeepAlive(_handle, KeepAliveIntervalSeconds, KeepAliveCount) < 0
            && LibvirtErrors.LastCode() is not LibvirtError.NoSupport)
        {
            // Drivers inside this process, such as the test driver, have nobody to ask.
            throw LibvirtErrors.Last($"set the keepalive of {Uri}", _handle);
        }
    }

    private unsafe void WatchForEnd()
    {
        var source = GCHandle.Alloc(_closed);

        // SAFETY: the callbacks are static methods; the handle stays allocated until libvirt calls the free callback, or below.
        if (LibVirt.virConnectRegisterCloseCallback(_handle, &OnClosed, GCHandle.ToIntPtr(source), &NativeCallbacks.FreeHandle) < 0)
        {
            var error = LibvirtErrors.Last($"watch the connection to {Uri}", _handle);
            source.Free();
            throw error;
        }
    }

    private unsafe void StopWatching()
    {
        // SAFETY: the callback is the static method that was registered; libvirt compares it and calls the free callback.
        // It fails only when nothing is registered, which leaves nothing to do.
        _ = LibVirt.virConnectUnregisterCloseCallback(_handle, &OnClosed);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnClosed(nint connection, int reason, nint opaque)
    {
        if (GCHandle.FromIntPtr(opaque).Target is CancellationTokenSource closed)
        {
            // Not here: what is registered on the token may call libvirt, and this is the event thread inside libvirt's callback.
            ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), closed, preferLocal: false);
        }
    }
}
