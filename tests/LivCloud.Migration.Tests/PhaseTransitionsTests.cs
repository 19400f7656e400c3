using LivCloud.Core;

namespace LivCloud.Migration.Tests;

public class PhaseTransitionsTests
{
    private static readonly MigrationPhase[] Forward =
    [
        MigrationPhase.Requested, MigrationPhase.Planned, MigrationPhase.Preparing, MigrationPhase.CopyingDisks, MigrationPhase.PreCopy,
        MigrationPhase.SwitchOver, MigrationPhase.Finishing, MigrationPhase.Completed,
    ];

    [Fact]
    public void A_migration_may_go_through_all_phases_in_order()
    {
        foreach (var (from, to) in Forward.Zip(Forward.Skip(1)))
        {
            Assert.True(PhaseTransitions.IsAllowed(from, to), $"{from} to {to}");
        }
    }

    [Fact]
    public void No_migration_goes_back_to_an_earlier_forward_phase()
    {
        for (var later = 0; later < Forward.Length; later++)
        {
            for (var earlier = 0; earlier <= later; earlier++)
            {
                Assert.False(PhaseTransitions.IsAllowed(Forward[later], Forward[earlier]), $"{Forward[later]} to {Forward[earlier]}");
            }
        }
    }

    [Fact]
    public void Everything_before_completion_may_roll_back()
    {
        foreach (var phase in Forward.Where(phase => phase != MigrationPhase.Completed))
        {
            Assert.True(PhaseTransitions.IsAllowed(phase, MigrationPhase.RollingBack), phase.ToString());
        }
    }

    [Fact]
    public void Nothing_follows_a_final_phase()
    {
        foreach (var phase in Enum.GetValues<MigrationPhase>())
        {
            Assert.False(PhaseTransitions.IsAllowed(MigrationPhase.Completed, phase), phase.ToString());
            Assert.False(PhaseTransitions.IsAllowed(MigrationPhase.RolledBack, phase), phase.ToString());
        }
    }

    [Theory]
    [InlineData(MigrationPhase.Requested)]
    [InlineData(MigrationPhase.Planned)]
    [InlineData(MigrationPhase.Preparing)]
    [InlineData(MigrationPhase.CopyingDisks)]
    [InlineData(MigrationPhase.PreCopy)]
    public void What_can_not_have_been_fenced_does_not_strand_at_once(MigrationPhase phase) =>
        Assert.False(PhaseTransitions.IsAllowed(phase, MigrationPhase.Stranded));

    [Fact]
    public void A_memory_move_without_disks_skips_the_copying() =>
        Assert.True(PhaseTransitions.IsAllowed(MigrationPhase.Preparing, MigrationPhase.PreCopy));
}
