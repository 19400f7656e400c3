using LivCloud.Lab.Networks;
using LivCloud.Lab.Processes;

namespace LivCloud.Lab;

/// <summary>Removes everything of a lab, found by its name alone, so that it works after any crash.</summary>
internal static class LabTeardown
{
    public static async Task RemoveAsync(LabNames names, CancellationToken cancellationToken)
    {
        // Mount namespaces, and the mounts in them, end with the processes.
        await LabProcesses.KillAsync(names.Lab, names.ExistingNamespaces, cancellationToken);
        foreach (var name in names.ExistingNamespaces())
        {
            var result = await CommandRunner.RunAsync(["ip", "netns", "delete", name], cancellationToken);
            if (!result.Succeeded)
            {
                // Its maker was killed between making the file and mounting the namespace on it.
                File.Delete($"{Native.NetworkNamespace.Directory}/{name}");
            }
        }

        foreach (var directory in new[] { names.RunDirectory, names.DataDirectory })
        {
            if (Directory.Exists(directory))
            {
                await DeleteAsync(directory, cancellationToken);
            }
        }
    }

    private static async Task DeleteAsync(string directory, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                Directory.Delete(directory, recursive: true);
                return;
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                // The kernel may still be taking a killed host's mounts apart.
                if (attempt == 50)
                {
                    throw new LabException(LabError.Failed, $"'{directory}' can not be removed: {ex.Message}", ex);
                }

                await Task.Delay(50, cancellationToken);
            }
        }
    }
}
