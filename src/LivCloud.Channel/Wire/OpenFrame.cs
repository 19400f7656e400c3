using System.Text;
using LivCloud.Core;

namespace LivCloud.Channel.Wire;

/// <summary>Asks for a stream. The peer names what it is for, never a path or an address.</summary>
internal readonly record struct OpenFrame(uint Stream, StreamTarget Target)
{
    private const byte NoMigration = 1;
    private const byte WithMigration = 2;

    public static bool TryRead(ref WireReader reader, out OpenFrame frame, out WireError error)
    {
        frame = default;
        if (!reader.TryReadStreamId(out var stream, out error))
        {
            return false;
        }

        error = WireError.Truncated;
        if (!reader.TryReadByte(out var kind) || !reader.TryReadUInt16(out var index) || !reader.TryReadByte(out var hasMigration))
        {
            return false;
        }

        if ((StreamKind)kind is < StreamKind.Api or > StreamKind.Measure || hasMigration is not (NoMigration or WithMigration))
        {
            error = kind == 0 || hasMigration == 0 ? WireError.Zero : WireError.UnknownValue;
            return false;
        }

        MigrationId? migration = null;
        if (hasMigration == WithMigration)
        {
            if (!reader.TryReadBytes(MigrationId.Characters, out var text))
            {
                return false;
            }

            if (!MigrationId.TryParse(Encoding.Latin1.GetString(text), out var id))
            {
                error = WireError.BadText;
                return false;
            }

            migration = id;
        }

        frame = new OpenFrame(stream, new StreamTarget((StreamKind)kind, migration, index));
        return reader.TryEnd(out error);
    }

    public int Write(Span<byte> destination)
    {
        var writer = new WireWriter(destination, FrameType.Open);
        writer.WriteUInt32(Stream);
        writer.WriteByte((byte)Target.Kind);
        writer.WriteUInt16((ushort)Target.Index);
        writer.WriteByte(Target.Migration is null ? NoMigration : WithMigration);
        if (Target.Migration is { } migration)
        {
            writer.WriteBytes(Encoding.Latin1.GetBytes(migration.ToString()));
        }

        return writer.Finish();
    }
}
