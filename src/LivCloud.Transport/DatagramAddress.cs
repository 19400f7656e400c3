using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LivCloud.Transport;

/// <summary>Where a datagram comes from or goes to, without an object for each.</summary>
/// <param name="Address">The address of IPv6, or that of IPv4 mapped into it (RFC 4291 section 2.5.5.2).</param>
/// <param name="Port">The port of UDP.</param>
/// <param name="Scope">The zone of a link-local address; else 0.</param>
public readonly record struct DatagramAddress(UInt128 Address, ushort Port, uint Scope)
{
    private const int AddressBytes = 16;

    /// <summary>Which of our addresses it came to, so that what is answered comes from there; 0: whichever the route has. Two that differ in it alone are equal.</summary>
    public UInt128 Local { get; init; }

    /// <summary>Whether it is an address of IPv4.</summary>
    public bool IsIPv4 => Address >> 32 == 0xFFFF;

    /// <summary>The address of an endpoint.</summary>
    public static DatagramAddress From(IPEndPoint endpoint)
    {
        Span<byte> bytes = stackalloc byte[AddressBytes];
        var address = endpoint.Address.AddressFamily == AddressFamily.InterNetwork ? endpoint.Address.MapToIPv6() : endpoint.Address;
        _ = address.TryWriteBytes(bytes, out _);
        return new DatagramAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes), (ushort)endpoint.Port, (uint)address.ScopeId);
    }

    /// <summary>The endpoint of an address; makes objects.</summary>
    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[AddressBytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        var address = new IPAddress(bytes, Scope);
        return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, Port);
    }

    /// <inheritdoc/>
    public bool Equals(DatagramAddress other) => Address == other.Address && Port == other.Port && Scope == other.Scope;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Address, Port, Scope);

    /// <inheritdoc/>
    public override string ToString() => ToEndPoint().ToString();
}
