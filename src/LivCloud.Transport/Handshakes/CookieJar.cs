using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LivCloud.Transport.Handshakes;

/// <summary>Cookies by which a listener sees that a client gets what is sent to its address, without keeping anything for it.</summary>
/// <remarks>libudt hashes address and minutes without a secret, and refuses a handshake that the minute divides.</remarks>
/// <param name="secret">What no one else knows.</param>
/// <param name="begunAt">When its time began.</param>
internal sealed class CookieJar(ReadOnlyMemory<byte> secret, Instant begunAt)
{
    private static readonly TimeSpan Epoch = TimeSpan.FromSeconds(60);

    /// <summary>A client's cookie; never 0.</summary>
    public uint Make(DatagramAddress client, Instant now) => Make(client, (now - begunAt).Ticks / Epoch.Ticks);

    /// <summary>Whether a cookie was made for this client in the last one to two minutes.</summary>
    public bool IsValid(uint cookie, DatagramAddress client, Instant now)
    {
        var epoch = (now - begunAt).Ticks / Epoch.Ticks;
        return cookie == Make(client, epoch) || cookie == Make(client, epoch - 1);
    }

    private uint Make(DatagramAddress client, long epoch)
    {
        Span<byte> input = stackalloc byte[30];
        BinaryPrimitives.WriteUInt128BigEndian(input, client.Address);
        BinaryPrimitives.WriteUInt16BigEndian(input[16..], client.Port);
        BinaryPrimitives.WriteUInt32BigEndian(input[18..], client.Scope);
        BinaryPrimitives.WriteInt64BigEndian(input[22..], epoch);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret.Span, input, hash);
        return Math.Max(BinaryPrimitives.ReadUInt32BigEndian(hash), 1);
    }
}
