using System.Diagnostics;
using System.Security.Cryptography;
using LivCloud.Core;

namespace LivCloud.Channel.Certificates;

/// <summary>Writes PEM files so that a reader sees the old file or the new one, and a key is never readable by others.</summary>
internal static class PemFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ReadableByAll = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static void WriteKey(string path, string pem) => Write(path, pem, OwnerOnly);

    public static void WriteCertificate(string path, string pem) => Write(path, pem, ReadableByAll);

    public static void CreateDirectory(string directory)
    {
        Debug.Assert(!OperatingSystem.IsWindows(), "File modes are Unix's.");
        try
        {
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(directory, ex);
        }
    }

    private static void Write(string path, string pem, UnixFileMode mode)
    {
        Debug.Assert(!OperatingSystem.IsWindows(), "File modes are Unix's.");
        var temporary = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode };
            using (var stream = new FileStream(temporary, options))
            {
                // The umask took bits away at creation; it could not add any.
                File.SetUnixFileMode(stream.SafeFileHandle, mode);
                stream.Write(System.Text.Encoding.ASCII.GetBytes(pem.EndsWith('\n') ? pem : pem + "\n"));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw Unwritable(path, ex);
        }
    }

    private static FailureException Unwritable(string path, Exception ex) => new(
        FailureCode.InvalidRequest,
        $"{path} could not be written: {ex.Message}",
        "Choose a directory that you may write to, or run the command as its owner.",
        ex);
}
