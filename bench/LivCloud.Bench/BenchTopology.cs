using LivCloud.Lab;
using LivCloud.Lab.Topology;

namespace LivCloud.Bench;

/// <summary>The labs of the repository that this was built in.</summary>
internal static class BenchTopology
{
    /// <summary>Brings up two hosts and the link between them, without guests and agents.</summary>
    public static Task<RunningLab> UpBareAsync(LabOptions options, CancellationToken cancellationToken) =>
        RunningLab.UpAsync(LabFile.Load(Find("lan.yaml")) with { Guests = [] }, options with { WithAgents = false }, cancellationToken: cancellationToken);

    /// <summary>Finds a lab's file from wherever this is run.</summary>
    public static string Find(string name)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "lab", "topologies", name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new LabException(LabError.NotFound, $"There is no lab/topologies/{name} in {AppContext.BaseDirectory} or a directory above it.");
    }
}
