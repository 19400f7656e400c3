using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LivCloud.Transport.Sockets.Native;

/// <summary>Wakes a thread that waits for it beside other descriptors (eventfd(2)).</summary>
internal sealed unsafe class WakeUp : SafeHandleMinusOneIsInvalid
{
    private const int CloseOnExec = 0x80000, NonBlocking = 0x800;

    public WakeUp()
        : base(ownsHandle: true)
    {
        SetHandle(LibC.eventfd(0, CloseOnExec | NonBlocking));
        if (IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "No descriptor for wake-ups could be made.");
        }
    }

    /// <summary>What to wait for.</summary>
    public int Descriptor => (int)handle;

    /// <summary>Wakes the thread, or keeps it from its next sleep.</summary>
    public void Set()
    {
        ulong one = 1;

        // SAFETY: the kernel reads eight bytes from a local variable. It fails only when the counter is full, and then the thread is woken anyway.
        _ = LibC.write(Descriptor, &one, sizeof(ulong));
    }

    /// <summary>Takes back all wake-ups.</summary>
    public void Reset()
    {
        ulong count;

        // SAFETY: the kernel writes eight bytes to a local variable, or nothing when there was no wake-up.
        _ = LibC.read(Descriptor, &count, sizeof(ulong));
    }

    protected override bool ReleaseHandle() => LibC.close((int)handle) == 0;
}
