using Xunit.Abstractions;

namespace LivCloud.Transport.Tests.Simulation;

/// <summary>Seeds of simulations; a failing test shows its own.</summary>
internal static class Seeds
{
    /// <summary>A new one, or that of LIVCLOUD_SEED.</summary>
    public static int New(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("LIVCLOUD_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"LIVCLOUD_SEED={seed}");
        return seed;
    }
}
