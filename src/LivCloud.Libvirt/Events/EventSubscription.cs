using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

/// <summary>One registration for events of all domains; it ends when it is disposed of, or with its connection.</summary>
internal sealed unsafe class EventSubscription : IDisposable
{
    private const int LifecycleId = 0;            // VIR_DOMAIN_EVENT_ID_LIFECYCLE
    private const int MigrationIterationId = 20;  // VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION
    private const int JobCompletedId = 21;        // VIR_DOMAIN_EVENT_ID_JOB_COMPLETED

    private readonly LibvirtConnection _connection;
    private readonly Delegate _handler;
    private int _callbackId = -1;

    private EventSubscription(LibvirtConnection connection, Delegate handler) => (_connection, _handler) = (connection, handler);

    internal static EventSubscription Lifecycle(LibvirtConnection connection, Action<DomainLifecycle> handler)
    {
        delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, int> callback = &OnLifecycle;
        return Register(connection, handler, LifecycleId, callback);
    }

    internal static EventSubscription MigrationIteration(LibvirtConnection connection, Action<DomainMigrationIteration> handler)
    {
        delegate* unmanaged[Cdecl]<nint, nint, int, nint, void> callback = &OnMigrationIteration;
        return Register(connection, handler, MigrationIterationId, callback);
    }

    internal static EventSubscription JobCompleted(LibvirtConnection connection, Action<DomainJobCompleted> handler)
    {
        delegate* unmanaged[Cdecl]<nint, nint, nint, int, nint, void> callback = &OnJobCompleted;
        return Register(connection, handler, JobCompletedId, callback);
    }

    public void Dispose()
    {
        if (_connection.Forget(this))
        {
            Deregister();
        }
    }

    /// <summary>Ends the registration. On a broken connection libvirt fails to, and forgets it with the connection.</summary>
    internal void Deregister() => _ = LibVirt.virConnectDomainEventDeregisterAny(_connection.Handle, _callbackId);

    private static EventSubscription Register(LibvirtConnection connection, Delegate handler, int eventId, void* callback)
    {
        var subscription = new EventSubscription(connection, handler);
        var self = GCHandle.Alloc(subscription);

        // SAFETY: the callback is a static method of the signature that belongs to eventId; the handle stays allocated until libvirt calls
        // the free callback, or until it is freed below because there will be no such call.
        var callbackId = LibVirt.virConnectDomainEventRegisterAny(
            connection.Handle, 0, eventId, callback, GCHandle.ToIntPtr(self), &NativeCallbacks.FreeHandle);
        if (callbackId < 0)
        {
            var error = LibvirtErrors.Last($"subscribe to events of {connection.Uri}", connection.Handle);
            self.Free();
            throw error;
        }

        subscription._callbackId = callbackId;
        return subscription;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLifecycle(nint connection, nint domain, int type, int detail, nint opaque)
    {
        Deliver<DomainLifecycle>(opaque, () =>
            new DomainLifecycle(NameOf(domain), UuidOf(domain), (LifecycleEvent)type, (LifecycleDetail)((type << 8) | (detail & 0xff))));
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMigrationIteration(nint connection, nint domain, int iteration, nint opaque) =>
        Deliver<DomainMigrationIteration>(opaque, () => new DomainMigrationIteration(NameOf(domain), UuidOf(domain), iteration));

    // The list belongs to libvirt here, unlike that of virDomainGetJobStats.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnJobCompleted(nint connection, nint domain, nint parameters, int count, nint opaque) =>
        Deliver<DomainJobCompleted>(opaque, () => new DomainJobCompleted(
            NameOf(domain), UuidOf(domain), new JobStatistics(JobType.Completed, TypedParameterValues.Copy(parameters, count))));

    private static void Deliver<T>(nint opaque, Func<T> read)
    {
        EventSubscription? subscription = null;
        try
        {
            subscription = (EventSubscription?)GCHandle.FromIntPtr(opaque).Target;
            if (subscription is { _handler: Action<T> handler })
            {
                handler(read());
            }
        }
        catch (Exception ex)
        {
            // An exception must not reach libvirt's C code; the connection's owner is told instead.
            subscription?._connection.ReportHandlerFailure(ex);
        }
    }

    private static string NameOf(nint domain) => NativeText.Borrow(LibVirt.virDomainGetName(domain)) ?? "";

    private static Guid UuidOf(nint domain)
    {
        var uuid = stackalloc byte[16];

        // SAFETY: the domain is borrowed from the callback that runs; libvirt writes 16 bytes.
        return LibVirt.virDomainGetUUID(domain, uuid) == 0 ? NativeText.ToGuid(uuid) : Guid.Empty;
    }
}
