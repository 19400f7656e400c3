namespace LivCloud.Channel.Wire;

/// <summary>The acceptor takes the link into the session that the HELLO named.</summary>
/// <param name="Version">The version that both ends speak from now on.</param>
/// <param name="Instance">The accepting process, random.</param>
internal readonly record struct WelcomeFrame(ushort Version, Guid Instance)
{
    public static bool TryRead(ref WireReader reader, out WelcomeFrame frame, out WireError error)
    {
        frame = default;
        error = WireError.Truncated;
        if (!reader.TryReadUInt16(out var version) || !reader.TryReadBytes(16, out var instance))
        {
            return false;
        }

        frame = new WelcomeFrame(version, new Guid(instance, bigEndian: true));
        error = version == 0 || frame.Instance == Guid.Empty ? WireError.Zero : WireError.None;
        return error == WireError.None && reader.TryEnd(out error);
    }

    public int Write(Span<byte> destination)
    {
        var writer = new WireWriter(destination, FrameType.Welcome);
        writer.WriteUInt16(Version);
        writer.WriteBytes(Instance.ToByteArray(bigEndian: true));
        return writer.Finish();
    }
}
