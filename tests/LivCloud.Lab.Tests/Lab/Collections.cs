using LivCloud.Lab.Topology;

// A lab's guests and links keep the processors busy; two labs under test at once would disturb each other's measurements.
// The three labs in which things fail wait most of the time, and share the machine. All that measures time has it alone.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]

namespace LivCloud.Lab.Tests;

/// <summary>One lab for all tests of a collection: two sites next door, one guest with a disk, no agents.</summary>
public sealed class LanLab : IAsyncLifetime
{
    public static string Topologies { get; } = FindTopologies();

    public RunningLab Lab { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (new LabFactAttribute().Skip is null)
        {
            Lab = await RunningLab.UpAsync(LabFile.Load($"{Topologies}/lan.yaml"), new LabOptions { Name = $"t{Environment.ProcessId}-lan", WithAgents = false });
        }
    }

    public Task DisposeAsync() => Lab?.DownAsync() ?? Task.CompletedTask;

    private static string FindTopologies()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists($"{directory.FullName}/lab/topologies"))
        {
            directory = directory.Parent!;
        }

        return $"{directory.FullName}/lab/topologies";
    }
}

[CollectionDefinition(nameof(LanLab), DisableParallelization = true)]
public sealed class LanLabCollection : ICollectionFixture<LanLab>;

/// <summary>Tests that build a lab of their own and have the machine alone.</summary>
[CollectionDefinition(nameof(OwnLab), DisableParallelization = true)]
public sealed class OwnLab;
