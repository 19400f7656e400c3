using LivCloud.Prediction.Calibration;
using Xunit.Abstractions;

namespace LivCloud.Prediction.Tests;

public sealed class CorrectionTests(ITestOutputHelper output)
{
    private static readonly Guid Vm = new("8f9d9a52-0d3c-4c25-9a2f-2f7f0f7c5c11");
    private static readonly MoveFigures Modelled = new() { PreparingSeconds = 1, DisksSeconds = 10, MemorySeconds = 20, PauseSeconds = 0.1, FinishingSeconds = 1, Bytes = 1e9 };

    [Fact]
    public void Without_past_moves_the_model_is_believed_and_its_uncertainty_is_wide()
    {
        var memory = Correction.From([], Vm, "alpha", "beta").Correct(Modelled, MovePart.Memory);
        Assert.Equal(20, memory.P50, 6);
        Assert.InRange(memory.P90, 28, 40);
    }

    [Fact]
    public void Moves_that_all_took_longer_than_the_model_says_move_the_middle_and_narrow_the_rest()
    {
        var past = Enumerable.Range(0, 12).Select(number => Past(number, Vm, Modelled with { MemorySeconds = 30 }));
        var memory = Correction.From(past, Vm, "alpha", "beta").Correct(Modelled, MovePart.Memory);
        Assert.InRange(memory.P50, 28.5, 30);
        Assert.InRange(memory.P90, 30, 36);
    }

    [Fact]
    public void One_accident_among_many_moves_changes_little()
    {
        var past = Enumerable.Range(0, 12).Select(number => Past(number, Vm, Modelled with { MemorySeconds = number == 6 ? 1e6 : 20 }));
        Assert.InRange(Correction.From(past, Vm, "alpha", "beta").Correct(Modelled, MovePart.Memory).P50, 20, 25);
    }

    [Fact]
    public void Moves_of_other_VMs_over_other_hosts_count_least()
    {
        double Middle(Guid vm, string source) =>
            Correction.From([Past(0, vm, Modelled with { MemorySeconds = 40 }, source)], Vm, "alpha", "beta").Correct(Modelled, MovePart.Memory).P50;
        var other = Guid.NewGuid();
        double[] middles = [Middle(other, "gamma"), Middle(Vm, "gamma"), Middle(other, "alpha"), Middle(Vm, "alpha")];
        Assert.Equal(middles.Order(), middles);
        Assert.True(middles[0] > 20 && middles[3] < 40);
    }

    [Fact]
    public void Nine_of_ten_moves_stay_below_P90_however_far_off_the_model_is()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"LIVCLOUD_SEED={seed}");
        var random = new Random(seed);
        var (below, count) = (0, 0);
        for (var host = 0; host < 60; host++)
        {
            // The model errs by a factor that is the hosts' own, and each move by chance beside it.
            var bias = Math.Exp(0.4 * Normal(random));
            var past = new List<PastMove>();
            for (var move = 0; move < 20; move++)
            {
                var actual = 20 * bias * Math.Exp(0.1 * Normal(random));
                if (past.Count >= 5)
                {
                    count++;
                    below += actual <= Correction.From(past, Vm, "alpha", "beta").Correct(Modelled, MovePart.Memory).P90 ? 1 : 0;
                }

                past.Add(Past(move, Vm, Modelled with { MemorySeconds = actual }));
            }
        }

        output.WriteLine($"{below} of {count}");
        Assert.InRange((double)below / count, 0.88, 0.995);
    }

    private static PastMove Past(int number, Guid vm, MoveFigures actual, string source = "alpha") =>
        new(vm, source, source == "alpha" ? "beta" : "delta", DateTimeOffset.UnixEpoch.AddHours(number), Modelled, actual);

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
