using System.Runtime.InteropServices;

namespace LivCloud.Lab.Native;

/// <summary>What .NET's directories can not do.</summary>
internal static class Directories
{
    /// <summary>Makes a directory.</summary>
    /// <returns>false when it exists already; exactly one of several callers gets true.</returns>
    public static bool TryMake(string path)
    {
        if (Libc.mkdir(path, 0x1ed /* 0755 */) == 0)
        {
            return true;
        }

        const int EEXIST = 17;
        return Marshal.GetLastPInvokeError() == EEXIST ? false
            : throw new LabException(LabError.Failed, $"The directory '{path}' can not be made: {Marshal.GetLastPInvokeErrorMessage()}.");
    }
}
