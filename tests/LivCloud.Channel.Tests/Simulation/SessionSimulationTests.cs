namespace LivCloud.Channel.Tests.Simulation;

public sealed class SessionSimulationTests
{
    [Fact]
    public void Every_stream_arrives_intact_in_order_and_once_whatever_happens_to_the_links()
    {
        for (var seed = 1; seed <= 120; seed++)
        {
            try
            {
                new SessionSimulation(seed).Run();
            }
            catch (Exception ex)
            {
                throw new InvalidOperationException($"Seed {seed}: {ex.Message}", ex);
            }
        }
    }
}
