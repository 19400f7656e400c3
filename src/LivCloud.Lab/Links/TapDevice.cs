using System.Runtime.InteropServices;
using System.Text;
using LivCloud.Lab.Native;

namespace LivCloud.Lab.Links;

/// <summary>A TAP: what the kernel sends out of the interface is read here, what is written here arrives at the interface.</summary>
internal sealed unsafe class TapDevice : IDisposable
{
    /// <summary>The most bytes of one frame: MTU 1500, Ethernet header and a VLAN tag, rounded up.</summary>
    public const int MaxFrameBytes = 2048;

    private readonly int _descriptor;

    /// <summary>Makes the interface in the calling thread's network namespace; it may be moved to another one afterwards.</summary>
    public TapDevice(string name)
    {
        _descriptor = Libc.open("/dev/net/tun", Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        Libc.IfReq request = default;
        var bytes = Encoding.ASCII.GetBytes(name);
        for (var i = 0; i < Math.Min(bytes.Length, 15); i++)
        {
            request.ifr_name[i] = bytes[i];
        }

        request.ifr_flags = Libc.IFF_TAP | Libc.IFF_NO_PI;
        // SAFETY: TUNSETIFF reads and writes one struct ifreq, which lives on this stack.
        if (_descriptor < 0 || Libc.ioctl(_descriptor, Libc.TUNSETIFF, &request) != 0)
        {
            throw new LabException(LabError.Unsupported, $"The TAP device '{name}' can not be made: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>Reads one frame.</summary>
    /// <returns>Its bytes; 0 when none waits.</returns>
    public int Read(Span<byte> frame)
    {
        // SAFETY: the span is pinned for the call, and its length is passed.
        fixed (byte* p = frame)
        {
            return Math.Max(0, (int)Libc.read(_descriptor, p, (nuint)frame.Length));
        }
    }

    /// <summary>Hands one frame to the interface.</summary>
    /// <returns>false when the interface is down or full; the frame is gone then, as on a wire.</returns>
    public bool Write(ReadOnlySpan<byte> frame)
    {
        // SAFETY: the span is pinned for the call, and its length is passed.
        fixed (byte* p = frame)
        {
            return Libc.write(_descriptor, p, (nuint)frame.Length) == frame.Length;
        }
    }

    /// <summary>Waits until a frame can be read or the time is over.</summary>
    /// <param name="nanoseconds">How long at most.</param>
    public void WaitReadable(long nanoseconds)
    {
        Libc.PollFd poll = new() { fd = _descriptor, events = Libc.POLLIN };
        Libc.TimeSpec time = new() { tv_sec = nanoseconds / 1_000_000_000, tv_nsec = nanoseconds % 1_000_000_000 };
        // SAFETY: both structures live on this stack.
        _ = Libc.ppoll(&poll, 1, &time, null);
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Libc.close(_descriptor);
}
