using System.Runtime.InteropServices;
using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

/// <summary>One kind of event of a connection: registered with libvirt once, handed to any number of handlers.</summary>
/// <remarks>
/// Once, because libvirt refuses a second registration of the same C function for the same event ("event callback already tracked"). It
/// begins with the first handler and ends with the connection, so that a handler that comes and goes costs no call of the daemon.
/// </remarks>
internal sealed class EventSource<T>
{
    private readonly LibvirtConnection _connection;
    private readonly Lock _gate = new();
    private volatile Subscription[] _subscriptions = [];
    private int? _callbackId;

    internal EventSource(LibvirtConnection connection) => _connection = connection;

    /// <summary>Adds a handler; registers with libvirt when it is the first ever.</summary>
    internal IDisposable Subscribe(Action<T> handler)
    {
        var subscription = new Subscription(this, handler);
        lock (_gate)
        {
            _callbackId ??= Register();
            _subscriptions = [.. _subscriptions, subscription];
        }

        return subscription;
    }

    /// <summary>Ends the registration. On a broken connection libvirt fails to, and forgets it with the connection.</summary>
    internal void Deregister()
    {
        lock (_gate)
        {
            _subscriptions = [];
            if (_callbackId is { } id)
            {
                _ = LibVirt.virConnectDomainEventDeregisterAny(_connection.Handle, id);
                _callbackId = null;
            }
        }
    }

    /// <summary>Hands an event to all handlers; lets no exception out, as it is called from C code.</summary>
    internal void Deliver(T happened)
    {
        // Without the lock: it is held during calls of the daemon, which the event thread must not wait for.
        foreach (var subscription in _subscriptions)
        {
            try
            {
                subscription.Handler(happened);
            }
            catch (Exception ex)
            {
                // The handler's owner is told; the other handlers and libvirt must not suffer.
                _connection.ReportHandlerFailure(ex);
            }
        }
    }

    private unsafe int Register()
    {
        var (eventId, callback) = EventCallbacks.For<T>();
        var self = GCHandle.Alloc(this);

        // SAFETY: the callback is a static method of the signature that belongs to eventId; the handle stays allocated until libvirt calls
        // the free callback, or until it is freed below because there will be no such call.
        var callbackId = LibVirt.virConnectDomainEventRegisterAny(
            _connection.Handle, 0, eventId, (void*)callback, GCHandle.ToIntPtr(self), &NativeCallbacks.FreeHandle);
        if (callbackId < 0)
        {
            var error = LibvirtErrors.Last($"subscribe to events of {_connection.Uri}", _connection.Handle);
            self.Free();
            throw error;
        }

        return callbackId;
    }

    private sealed class Subscription(EventSource<T> source, Action<T> handler) : IDisposable
    {
        internal Action<T> Handler { get; } = handler;

        public void Dispose()
        {
            lock (source._gate)
            {
                source._subscriptions = [.. source._subscriptions.Where(other => other != this)];
            }
        }
    }
}
