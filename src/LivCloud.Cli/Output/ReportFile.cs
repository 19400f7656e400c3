using LivCloud.Core;

namespace LivCloud.Cli.Output;

/// <summary>A file for the report of a run that takes minutes.</summary>
internal static class ReportFile
{
    /// <summary>Makes sure that a report can be written there, before the run that it is about; leaves no file where none was.</summary>
    /// <param name="path">The file; null: none is wanted.</param>
    /// <exception cref="FailureException">It can not be written.</exception>
    public static void Check(string? path)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            var existed = File.Exists(path);
            using (File.Open(path, FileMode.OpenOrCreate, FileAccess.Write))
            {
                // It can be opened: that is all that there is to know.
            }

            if (!existed)
            {
                File.Delete(path);
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FailureException(
                FailureCode.InvalidRequest, $"Nothing was begun because the report could not be written to '{path}': {ex.Message.TrimEnd('.')}.",
                "Name a file in a directory that exists and that you may write to with --json.", ex);
        }
    }
}
