using System.Runtime.InteropServices;
using System.Text;

namespace LivCloud.Libvirt.Native;

/// <summary>Turns C strings of libvirt into managed ones.</summary>
internal static unsafe class NativeText
{
    /// <summary>Copies a string that libvirt keeps; null stays null.</summary>
    internal static string? Borrow(nint text) => Marshal.PtrToStringUTF8(text);

    /// <summary>Copies a string that the caller owns, and frees it; null stays null.</summary>
    internal static string? Take(nint text)
    {
        var copy = Marshal.PtrToStringUTF8(text);

        // SAFETY: libvirt hands such strings over as malloc'ed memory; NativeMemory.Free is free(3) and takes null.
        NativeMemory.Free((void*)text);
        return copy;
    }

    /// <summary>Copies a text field of fixed size that ends at its first zero byte.</summary>
    internal static string FromField(byte* field, int bytes)
    {
        // SAFETY: the caller passes the address and size of a fixed buffer that outlives this call.
        var span = new ReadOnlySpan<byte>(field, bytes);
        var end = span.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? span : span[..end]);
    }

    /// <summary>A UUID in the byte order of libvirt (RFC 4122, big-endian).</summary>
    internal static Guid ToGuid(byte* uuid)
    {
        // SAFETY: the caller passes the address of 16 bytes that outlive this call.
        return new Guid(new ReadOnlySpan<byte>(uuid, 16), bigEndian: true);
    }
}
