using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LivCloud.Libvirt.Native;

namespace LivCloud.Libvirt;

/// <summary>The C functions that libvirt calls with events; they copy what they are given, as it is libvirt's.</summary>
internal static unsafe class EventCallbacks
{
    private const int LifecycleId = 0;            // VIR_DOMAIN_EVENT_ID_LIFECYCLE
    private const int MigrationIterationId = 20;  // VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION
    private const int JobCompletedId = 21;        // VIR_DOMAIN_EVENT_ID_JOB_COMPLETED

    /// <summary>Libvirt's number of an event, and the function that takes it.</summary>
    internal static (int EventId, nint Callback) For<T>()
    {
        // SAFETY: each function has the signature that libvirt-domain.h gives for its event.
        delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, int> lifecycle = &OnLifecycle;
        delegate* unmanaged[Cdecl]<nint, nint, int, nint, void> migrationIteration = &OnMigrationIteration;
        delegate* unmanaged[Cdecl]<nint, nint, nint, int, nint, void> jobCompleted = &OnJobCompleted;
        return typeof(T) switch
        {
            var type when type == typeof(DomainLifecycle) => (LifecycleId, (nint)lifecycle),
            var type when type == typeof(DomainMigrationIteration) => (MigrationIterationId, (nint)migrationIteration),
            var type when type == typeof(DomainJobCompleted) => (JobCompletedId, (nint)jobCompleted),
            _ => throw new UnreachableException($"{typeof(T)} is no event."),
        };
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLifecycle(nint connection, nint domain, int type, int detail, nint opaque)
    {
        var combined = (LifecycleDetail)((type << 8) | (detail & 0xff));
        Deliver(opaque, new DomainLifecycle(NameOf(domain), UuidOf(domain), (LifecycleEvent)type, combined));
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMigrationIteration(nint connection, nint domain, int iteration, nint opaque) =>
        Deliver(opaque, new DomainMigrationIteration(NameOf(domain), UuidOf(domain), iteration));

    // The list stays libvirt's here, unlike that of virDomainGetJobStats.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnJobCompleted(nint connection, nint domain, nint parameters, int count, nint opaque)
    {
        var statistics = new JobStatistics(JobType.Completed, TypedParameterValues.Copy(parameters, count));
        Deliver(opaque, new DomainJobCompleted(NameOf(domain), UuidOf(domain), statistics));
    }

    private static void Deliver<T>(nint opaque, T happened) => (GCHandle.FromIntPtr(opaque).Target as EventSource<T>)?.Deliver(happened);

    private static string NameOf(nint domain) => NativeText.Borrow(LibVirt.virDomainGetName(domain)) ?? "";

    private static Guid UuidOf(nint domain)
    {
        var uuid = stackalloc byte[16];

        // SAFETY: the domain is borrowed from the callback that runs; libvirt writes 16 bytes.
        return LibVirt.virDomainGetUUID(domain, uuid) == 0 ? NativeText.ToGuid(uuid) : Guid.Empty;
    }
}
