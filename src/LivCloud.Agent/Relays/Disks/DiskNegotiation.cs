using LivCloud.Nbd;

namespace LivCloud.Agent.Relays.Disks;

/// <summary>Passes on what an NBD client and a server agree on before requests begin.</summary>
internal static class DiskNegotiation
{
    /// <summary>More than any client asks, and than any server answers to one question.</summary>
    private const int MaxOptions = 64, MaxReplies = 256;

    /// <summary>Runs until the client uses an export.</summary>
    /// <returns>The export; null when the client has given up.</returns>
    /// <exception cref="InvalidDataException">What comes is not NBD.</exception>
    /// <exception cref="IOException">A side has closed.</exception>
    public static async Task<NbdExport?> PassAsync(Stream client, Stream server)
    {
        var buffer = new byte[NbdOptionReply.Bytes + NbdOption.MaxDataBytes];
        await PassAsync(server, client, buffer.AsMemory(0, NbdGreeting.ServerBytes)).ConfigureAwait(false);
        DiskFault.Check(NbdGreeting.Check(buffer));
        await PassAsync(client, server, buffer.AsMemory(0, NbdGreeting.ClientBytes)).ConfigureAwait(false);
        var padding = NbdGreeting.PaddingBytes(buffer);

        for (var options = 0; options < MaxOptions; options++)
        {
            await client.ReadExactlyAsync(buffer.AsMemory(0, NbdOption.Bytes)).ConfigureAwait(false);
            DiskFault.Check(NbdOption.Read(buffer, out var option));
            var whole = buffer.AsMemory(0, NbdOption.Bytes + (int)option.Length);
            await client.ReadExactlyAsync(whole[NbdOption.Bytes..]).ConfigureAwait(false);
            if (option.IsRefused)
            {
                NbdOptionReply.WriteRefusal(option.Type, buffer);
                await client.WriteAsync(buffer.AsMemory(0, NbdOptionReply.Bytes)).ConfigureAwait(false);
                continue;
            }

            await server.WriteAsync(whole).ConfigureAwait(false);
            if (option.Type == NbdOption.ExportName)
            {
                await server.ReadExactlyAsync(buffer.AsMemory(0, NbdExport.Bytes + padding)).ConfigureAwait(false);
                NbdExport.ForbidSeveralConnections(buffer.AsSpan(0, NbdExport.Bytes));
                await client.WriteAsync(buffer.AsMemory(0, NbdExport.Bytes + padding)).ConfigureAwait(false);
                return NbdExport.Read(buffer);
            }

            var (agreed, export) = await PassRepliesAsync(server, client, buffer).ConfigureAwait(false);
            if (option.Type == NbdOption.Abort)
            {
                return null;
            }

            if (option.Type == NbdOption.Go && agreed)
            {
                return export;
            }
        }

        throw new InvalidDataException($"An NBD client asked more than {MaxOptions} questions.");
    }

    private static async Task<(bool Agreed, NbdExport Export)> PassRepliesAsync(Stream server, Stream client, byte[] buffer)
    {
        var export = default(NbdExport);
        for (var replies = 0; replies < MaxReplies; replies++)
        {
            await server.ReadExactlyAsync(buffer.AsMemory(0, NbdOptionReply.Bytes)).ConfigureAwait(false);
            DiskFault.Check(NbdOptionReply.Read(buffer, out var reply));
            var whole = buffer.AsMemory(0, NbdOptionReply.Bytes + (int)reply.Length);
            await server.ReadExactlyAsync(whole[NbdOptionReply.Bytes..]).ConfigureAwait(false);
            if (reply.IsInfo && NbdExport.TryRead(whole.Span[NbdOptionReply.Bytes..], out var described))
            {
                export = described;
                NbdExport.ForbidSeveralConnections(whole.Span);
            }

            await client.WriteAsync(whole).ConfigureAwait(false);
            if (reply.IsLast)
            {
                return (reply.IsAck, export);
            }
        }

        throw new InvalidDataException($"An NBD server answered a question more than {MaxReplies} times.");
    }

    private static async Task PassAsync(Stream from, Stream to, Memory<byte> bytes)
    {
        await from.ReadExactlyAsync(bytes).ConfigureAwait(false);
        await to.WriteAsync(bytes).ConfigureAwait(false);
    }
}
