namespace LivCloud.Channel.Wire;

/// <summary>What the dialer of a link wants with it.</summary>
internal enum HelloIntent : byte
{
    /// <summary>Make the session if it is not there yet, else join it.</summary>
    Begin = 1,

    /// <summary>Join a session that must be there.</summary>
    Join = 2,
}

/// <summary>The dialer's first frame on a link.</summary>
/// <remarks>Its fields stay where they are in every version; a dialer that also speaks a later version may add fields, which are ignored.</remarks>
/// <param name="MinVersion">The oldest protocol version that the dialer speaks.</param>
/// <param name="MaxVersion">The newest one.</param>
/// <param name="Intent">What it wants.</param>
/// <param name="Instance">The dialing process, random; a new one says that the peer was started again.</param>
/// <param name="Session">The session, random.</param>
/// <param name="Slot">Which of the session's links this is, from 1. A link that is there already with this number is dead and is replaced.</param>
internal readonly record struct HelloFrame(ushort MinVersion, ushort MaxVersion, HelloIntent Intent, Guid Instance, Guid Session, byte Slot)
{
    /// <summary>The number of a link that the end dials which did not begin the session.</summary>
    public const byte ReverseSlot = 255;

    public static bool TryRead(ref WireReader reader, out HelloFrame frame, out WireError error)
    {
        frame = default;
        error = WireError.Truncated;
        if (!reader.TryReadUInt16(out var minVersion) || !reader.TryReadUInt16(out var maxVersion) || !reader.TryReadByte(out var intent)
            || !reader.TryReadBytes(16, out var instance) || !reader.TryReadBytes(16, out var session)
            || !reader.TryReadByte(out var slot))
        {
            return false;
        }

        frame = new HelloFrame(
            minVersion, maxVersion, (HelloIntent)intent, new Guid(instance, bigEndian: true), new Guid(session, bigEndian: true), slot);
        error = minVersion == 0 || slot == 0 || maxVersion < minVersion || frame.Instance == Guid.Empty || frame.Session == Guid.Empty ? WireError.Zero
            : frame.Intent is not (HelloIntent.Begin or HelloIntent.Join) ? WireError.UnknownValue
            : reader.Remaining > 0 && maxVersion <= WireLimits.Version ? WireError.TrailingBytes
            : WireError.None;
        return error == WireError.None;
    }

    public int Write(Span<byte> destination)
    {
        var writer = new WireWriter(destination, FrameType.Hello);
        writer.WriteUInt16(MinVersion);
        writer.WriteUInt16(MaxVersion);
        writer.WriteByte((byte)Intent);
        writer.WriteBytes(Instance.ToByteArray(bigEndian: true));
        writer.WriteBytes(Session.ToByteArray(bigEndian: true));
        writer.WriteByte(Slot);
        return writer.Finish();
    }
}
