using LivCloud.Nbd;

namespace LivCloud.Agent.Relays.Disks;

/// <summary>Ends a disk's relay when what came is not NBD.</summary>
internal static class DiskFault
{
    /// <summary>Throws when there is a fault.</summary>
    /// <exception cref="InvalidDataException">There is one.</exception>
    public static void Check(NbdFault fault)
    {
        if (fault != NbdFault.None)
        {
            throw new InvalidDataException($"This is not NBD as it was agreed: {fault}.");
        }
    }
}
