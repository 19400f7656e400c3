using LivCloud.Lab.Native;

namespace LivCloud.Lab;

/// <summary>What the lab needs of its user.</summary>
internal static class Privilege
{
    public static void Require()
    {
        if (Libc.geteuid() != 0)
        {
            throw new LabException(LabError.Unsupported, "A lab is made of namespaces and needs root; run it with sudo.");
        }
    }
}
