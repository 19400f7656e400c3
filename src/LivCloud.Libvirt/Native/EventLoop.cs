using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LivCloud.Libvirt.Native;

/// <summary>Libvirt's default event loop on a thread of its own, one per process; it lives as long as the process.</summary>
/// <remarks>
/// It must be registered before the first connection is opened (libvirt-event.h). Events, keepalive and the close callback of every
/// connection run on it. It is a background thread, so it never keeps the process alive.
/// </remarks>
internal static class EventLoop
{
    private static readonly Lock Gate = new();
    private static bool started;

    /// <summary>Initialises libvirt and starts the loop; does nothing when it runs already.</summary>
    /// <exception cref="LibvirtException">Libvirt could not be initialised.</exception>
    /// <exception cref="DllNotFoundException">libvirt.so.0 is not installed.</exception>
    internal static void Start()
    {
        lock (Gate)
        {
            if (started)
            {
                return;
            }

            if (LibVirt.virInitialize() < 0)
            {
                throw LibvirtErrors.Last("initialise libvirt", connection: null);
            }

            SilenceStandardError();
            if (LibVirt.virEventRegisterDefaultImpl() < 0)
            {
                throw LibvirtErrors.Last("register libvirt's event loop", connection: null);
            }

            new Thread(Run) { IsBackground = true, Name = "libvirt events" }.Start();
            started = true;
        }
    }

    private static void Run()
    {
        while (true)
        {
            // It fails only when poll(2) does; the pause keeps a lasting failure from taking a whole core.
            if (LibVirt.virEventRunDefaultImpl() < 0)
            {
                Thread.Sleep(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    // Without a handler libvirt prints every error on standard error, although each becomes an exception here.
    private static unsafe void SilenceStandardError()
    {
        // SAFETY: the callback is a static method that reads none of its arguments.
        LibVirt.virSetErrorFunc(0, &OnError);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnError(nint userData, nint error)
    {
    }
}
