using LivCloud.Api;
using LivCloud.Core;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>Somebody ends a migration: a user, the agent's own end, an operator who decides.</summary>
[Collection(nameof(SecondFailureLab))]
public sealed class StoppedMigrationTests(FailureLab lab, ITestOutputHelper output)
{
    [LabTheory]
    [InlineData(MigrationPhase.Preparing)]
    [InlineData(MigrationPhase.CopyingDisks)]
    [InlineData(MigrationPhase.PreCopy)]
    public Task A_user_can_abort_while_the_guest_runs_at_the_source(MigrationPhase phase) => RunAsync(phase, async attempt =>
    {
        await attempt.AbortAsync();
        attempt.Tell("abort");
        await lab.HealLinkAsync();
        await attempt.EndAsync();
        AssertRolledBack(attempt, FailureCode.Aborted);
    });

    [LabFact]
    public Task An_agent_that_is_stopped_rolls_back_what_can_go_back() => RunAsync(MigrationPhase.PreCopy, async attempt =>
    {
        await HostScript.RunAsync(attempt.Source, "kill -TERM $(cat /run/lab/agent.pid)");
        attempt.Tell("stop");
        await lab.HealLinkAsync();
        await attempt.EndAsync();
        AssertRolledBack(attempt, FailureCode.Aborted);
    });

    [LabFact]
    public Task An_operator_can_keep_the_source_of_a_stranded_migration() => RunAsync(MigrationPhase.Finishing, async attempt =>
    {
        await attempt.Destination.KillProcessAsync("agent", keepDown: true);
        attempt.Tell("down");
        await lab.HealLinkAsync();
        await attempt.ReachAsync(MigrationPhase.Stranded);
        await attempt.ResolveAsync(VmCopy.Source);
        await attempt.EndAsync();
        Assert.Equal(MigrationPhase.RolledBack, attempt.Latest.Phase);
        await lab.Guest.WaitReadyAsync();
        await attempt.Destination.ReleaseAsync("agent");
    });

    [LabTheory]
    [InlineData(false, MigrationPhase.RolledBack)]
    [InlineData(true, MigrationPhase.Completed)]
    public Task A_stranded_migration_ends_by_itself_when_the_destination_is_back(bool obeyed, MigrationPhase end) => RunAsync(MigrationPhase.Finishing, obeyed, async attempt =>
    {
        await attempt.Destination.KillProcessAsync("agent", keepDown: true);
        attempt.Tell("down");
        if (!obeyed)
        {
            await lab.HealLinkAsync();
        }

        // Otherwise the link stays cut: the kernel of a host whose agent was killed still delivers what that had sent.
        await attempt.ReachAsync(MigrationPhase.Stranded);
        await lab.HealLinkAsync();
        await attempt.Destination.ReleaseAsync("agent");
        attempt.Tell("up");
        await attempt.EndAsync();
        Assert.Equal(end, attempt.Latest.Phase);
    });

    [LabTheory]
    [InlineData(MigrationPhase.PreCopy)]
    [InlineData(MigrationPhase.Finishing)]
    public Task The_VM_stays_at_the_source_when_the_destination_loses_power(MigrationPhase phase) => RunAsync(phase, async attempt =>
    {
        await LosePowerAsync(attempt);
        Assert.Equal(MigrationPhase.RolledBack, attempt.Latest.Phase);
    });

    [LabFact]
    public Task A_VM_that_ran_at_the_destination_is_there_after_a_loss_of_power() => lab.RunAsync(output, async () =>
    {
        await using (var attempt = await Attempt.StartUntilAsync(lab, MigrationPhase.Finishing, obeyed: true))
        {
            await LosePowerAsync(attempt);
            output.WriteLine(attempt.Story);
            Assert.Equal(MigrationPhase.Completed, attempt.Latest.Phase);
            Assert.Equal("", (await HostScript.RunAsync(attempt.Source, "virsh -q list --all --name; ls -A /var/lib/libvirt/images")).Trim());
            await HostScript.RunAsync(attempt.Destination, $"virsh -q start {lab.Guest.Name}");
            var after = await lab.Guest.WaitReadyAsync();
            Assert.NotEqual(attempt.Before.Run, after.Run);
        }

        await using var next = await Attempt.CompleteAsync(lab);
        output.WriteLine(next.Story);
    });

    [LabFact]
    public Task A_VM_of_the_same_UUID_that_is_started_at_the_destination_ends_the_migration_and_nothing_else() => RunAsync(MigrationPhase.Preparing, async attempt =>
    {
        var name = lab.Guest.Name;
        var uuid = (await HostScript.RunAsync(attempt.Source, $"virsh -q domuuid {name}")).Trim();
        var image = $"/var/lib/libvirt/images/{name}.qcow2";
        await File.WriteAllTextAsync($"{attempt.Destination.RunDirectory}/lab/other.xml", $"""
            <domain type='qemu'>
              <name>{name}</name><uuid>{uuid}</uuid><memory unit='MiB'>64</memory><vcpu>1</vcpu>
              <os><type arch='x86_64' machine='pc-q35-10.0'>hvm</type></os><features><acpi/></features>
              <devices><emulator>/usr/bin/qemu-system-x86_64</emulator><memballoon model='none'/></devices>
            </domain>
            """);
        await HostScript.RunAsync(attempt.Destination, $"for i in $(seq 6000); do [ -e {image} ] && break; sleep 0.01; done; virsh -q create /run/lab/other.xml");
        attempt.Tell("other");
        await lab.HealLinkAsync();
        await attempt.EndAsync();
        Assert.Equal(MigrationPhase.RolledBack, attempt.Latest.Phase);
        Assert.Equal("running", (await HostScript.RunAsync(attempt.Destination, $"virsh -q domstate {name}")).Trim());
        await HostScript.RunAsync(attempt.Destination, $"virsh -q destroy {name}; rm -f {image}");
    });

    private async Task LosePowerAsync(Attempt attempt)
    {
        await attempt.Destination.PowerOffAsync();
        attempt.Tell("off");
        await lab.HealLinkAsync();
        await attempt.Destination.StartAsync();
        attempt.Tell("on");
        await attempt.EndAsync();
    }

    private Task RunAsync(MigrationPhase phase, Func<Attempt, Task> body) => RunAsync(phase, obeyed: false, body);

    private Task RunAsync(MigrationPhase phase, bool obeyed, Func<Attempt, Task> body) => lab.RunAsync(output, async () =>
    {
        await using (var attempt = await Attempt.StartUntilAsync(lab, phase, obeyed))
        {
            try
            {
                await body(attempt);
            }
            finally
            {
                await attempt.Destination.ReleaseAsync("agent");
                output.WriteLine(attempt.Story);
            }

            await Whole.AssertAsync(attempt);
            output.WriteLine($"{attempt.Story} {attempt.Latest.Failure?.Code}");
        }

        await using var next = await Attempt.CompleteAsync(lab);
        output.WriteLine(next.Story);
    });

    private static void AssertRolledBack(Attempt attempt, FailureCode code)
    {
        Assert.Equal(MigrationPhase.RolledBack, attempt.Latest.Phase);
        Assert.Equal(code, attempt.Latest.Failure?.Code);
    }
}
