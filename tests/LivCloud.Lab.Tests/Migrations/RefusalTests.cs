using LivCloud.Agent.Hypervisor;
using LivCloud.Api;
using LivCloud.Channel.Certificates;
using LivCloud.Core;
using LivCloud.Lab.Hosts;
using LivCloud.Migration.Planning;
using Xunit.Abstractions;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>Moves that can not work: each is refused with a code, a sentence and a remedy, and leaves the VM at the source and nothing at the destination.</summary>
[Collection(nameof(SecondFailureLab))]
public sealed class RefusalTests(FailureLab lab, ITestOutputHelper output)
{
    private const string Images = "/var/lib/libvirt/images";

    [LabFact]
    public Task Unknown_names_and_the_same_host_are_refused_at_once() => lab.RunAsync(output, async () =>
    {
        var (source, destination) = await lab.FindAsync();
        using var agent = new AgentClient(source.ApiSocketPath);
        Assert.Equal(FailureCode.UnknownVm, (await RefusedAsync(agent, "nobody", destination.Name)).Code);
        Assert.Equal(FailureCode.UnknownHost, (await RefusedAsync(agent, lab.Guest.Name, "nowhere")).Code);
        Assert.Equal(FailureCode.SameHost, (await RefusedAsync(agent, lab.Guest.Name, source.Name)).Code);
        Assert.Equal(source, await lab.Guest.FindAsync());
    });

    [LabFact]
    public Task A_vm_that_does_not_run_is_refused() => lab.RunAsync(output, async () =>
    {
        var (source, destination) = await lab.FindAsync();
        await using var vm = await TinyVm.CreateAsync(source, "off", starts: false);
        using var agent = new AgentClient(source.ApiSocketPath);
        Assert.Equal(FailureCode.VmNotRunning, (await RefusedAsync(agent, vm.Name, destination.Name)).Code);
    });

    [LabFact]
    public Task A_cpu_feature_that_the_destination_lacks_is_named() => lab.RunAsync(output, async () =>
    {
        // Emulated CPUs have no pcid; with check='none' the source starts such a guest all the same.
        const string cpu = "<cpu mode='custom' match='exact' check='none'><model>qemu64</model><feature policy='require' name='pcid'/></cpu>";
        var failure = await RefusedVmAsync("cpu", source => TinyVm.CreateAsync(source, "cpu", cpu: cpu));
        Assert.Equal(FailureCode.CpuIncompatible, failure.Code);
        Assert.Contains("pcid", failure.Message, StringComparison.Ordinal);
    });

    [LabFact]
    public Task A_machine_type_that_the_destination_lacks_is_refused() => lab.RunAsync(output, async () =>
    {
        // Both hosts of a lab have one QEMU, so the guest is described as one of a later QEMU; the destination's libvirt is asked as ever.
        var (source, destination) = await lab.FindAsync();
        var vm = await UseLibvirtAsync(source, hypervisor => hypervisor.DescribeAsync(lab.Guest.Name, CancellationToken.None));
        var later = vm! with { MachineType = "pc-q35-99.9", Disks = [] };
        var facts = await UseLibvirtAsync(destination, hypervisor => hypervisor.AppraiseAsync(later, CancellationToken.None));
        var obstacle = DestinationChecks.Evaluate(later, facts, StorageMode.Auto).First(check => !check.Passed);
        Assert.Equal(FailureCode.MachineTypeMissing, obstacle.Code);
        Assert.Contains("pc-q35-99.9", obstacle.Detail, StringComparison.Ordinal);
        Assert.True((await UseLibvirtAsync(destination, hypervisor => hypervisor.AppraiseAsync(vm, CancellationToken.None))).OffersMachineType);
    });

    [LabFact]
    public Task A_vm_for_which_there_is_no_memory_is_refused() => lab.RunAsync(output, async () =>
    {
        var free = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var failure = await RefusedVmAsync("big", source => TinyVm.CreateAsync(source, "big", memoryMiB: (free >> 20) - 256));
        Assert.Equal(FailureCode.MemoryShort, failure.Code);
    });

    [LabFact]
    public Task A_disk_that_does_not_fit_or_has_no_place_is_refused() => lab.RunAsync(output, async () =>
    {
        var (_, destination) = await lab.FindAsync();
        var nowhere = await RefusedVmAsync("nowhere", source => TinyVm.CreateAsync(source, "nowhere", diskPath: "/var/lib/libvirt/only-here/x.qcow2"));
        Assert.Equal(FailureCode.DiskPathUnusable, nowhere.Code);

        await HostScript.RunAsync(destination, "mkdir -p /var/lib/libvirt/small; mount -t tmpfs -o size=8m tmpfs /var/lib/libvirt/small");
        try
        {
            var small = await RefusedVmAsync("small", source => TinyVm.CreateAsync(source, "small", diskPath: "/var/lib/libvirt/small/x.qcow2"));
            Assert.Equal(FailureCode.DiskSpaceShort, small.Code);
        }
        finally
        {
            await HostScript.RunAsync(destination, "umount /var/lib/libvirt/small");
        }

        await HostScript.RunAsync(destination, $"echo precious > {Images}/there.qcow2");
        var there = await RefusedVmAsync("there", source => TinyVm.CreateAsync(source, "there", diskPath: $"{Images}/there.qcow2"));
        Assert.Equal(FailureCode.DiskPathUnusable, there.Code);
        Assert.Equal("precious\n", await HostScript.RunAsync(destination, $"cat {Images}/there.qcow2; rm {Images}/there.qcow2"));
        var (source, _) = await lab.FindAsync();
        await HostScript.RunAsync(source, $"rm -f {Images}/there.qcow2");
    });

    [LabFact]
    public Task A_vm_that_the_destination_has_already_is_refused() => lab.RunAsync(output, async () =>
    {
        var (_, destination) = await lab.FindAsync();
        await using var twin = await TinyVm.CreateAsync(destination, "twin", starts: false);
        Assert.Equal(FailureCode.VmExistsAtDestination, (await RefusedVmAsync("twin", source => TinyVm.CreateAsync(source, "twin"))).Code);
    });

    [LabFact]
    public Task A_pause_that_the_path_does_not_allow_is_refused_with_what_it_allows() => lab.RunAsync(output, async () =>
    {
        var failure = await RefusedVmAsync("hasty", source => TinyVm.CreateAsync(source, "hasty"), request => request with { MaxDowntimeMs = 5 });
        Assert.Equal(FailureCode.GoalMissed, failure.Code);
        Assert.Contains("--max-downtime", failure.Remedy, StringComparison.Ordinal);
    });

    [LabFact]
    public Task A_second_migration_of_the_same_vm_is_refused_and_the_first_goes_on() => lab.RunAsync(output, async () =>
    {
        await using var first = await Attempt.StartUntilAsync(lab, MigrationPhase.CopyingDisks);
        using var agent = new AgentClient(first.Source.ApiSocketPath);
        var failure = await RefusedAsync(agent, lab.Guest.Name, first.Destination.Name);
        Assert.Equal(FailureCode.AlreadyMigrating, failure.Code);
        Assert.Contains(first.Id.ToString(), failure.Message, StringComparison.Ordinal);
        await lab.HealLinkAsync();
        await first.EndAsync();
        Assert.Equal(MigrationPhase.Completed, first.Latest.Phase);
    });

    [LabFact]
    public Task A_destination_with_a_certificate_of_another_authority_is_refused() => lab.RunAsync(output, async () =>
    {
        var (source, destination) = await lab.FindAsync();
        var directory = $"{destination.DataDirectory}/etc/livcloud";
        var other = Directory.CreateTempSubdirectory("livcloud-").FullName;
        var kept = new[] { $"{destination.Name}.crt", $"{destination.Name}.key" };
        foreach (var file in kept)
        {
            File.Copy($"{directory}/{file}", $"{other}/kept-{file}");
        }

        try
        {
            using (var authority = CertificateAuthority.Create(other, TimeProvider.System))
            {
                authority.Issue(HostName.Parse(destination.Name), TimeSpan.FromDays(1), other);
            }

            foreach (var file in kept)
            {
                File.Copy($"{other}/{file}", $"{directory}/{file}", overwrite: true);
            }

            await RestartAgentAsync(destination);
            using var agent = new AgentClient(source.ApiSocketPath);
            var failure = await EndAsync(agent, lab.Guest.Name, destination.Name);
            Assert.Equal(FailureCode.PeerUntrusted, failure.Code);
            Assert.Contains(destination.Name, failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var file in kept)
            {
                File.Copy($"{other}/kept-{file}", $"{directory}/{file}", overwrite: true);
            }

            Directory.Delete(other, recursive: true);
            await RestartAgentAsync(destination);
        }
    });

    [LabFact]
    public Task A_full_disk_under_the_journal_is_told_and_nothing_is_moved() => lab.RunAsync(output, async () =>
    {
        var (source, destination) = await lab.FindAsync();
        await HostScript.RunAsync(source, "mount -t tmpfs -o size=256k tmpfs /var/lib/livcloud");
        try
        {
            await RestartAgentAsync(source);
            await HostScript.RunAsync(source, "dd if=/dev/zero of=/var/lib/livcloud/fill bs=1k 2>/dev/null || true");
            using var agent = new AgentClient(source.ApiSocketPath);
            Assert.Equal(FailureCode.JournalUnwritable, (await EndAsync(agent, lab.Guest.Name, destination.Name)).Code);
            Assert.Equal(source, await lab.Guest.FindAsync());
        }
        finally
        {
            await source.KillProcessAsync("agent", keepDown: true);
            await HostScript.RunAsync(source, "umount -l /var/lib/livcloud");
            await source.ReleaseAsync("agent");
            await FailureLab.WaitForAgentAsync(source);
        }
    });

    private static async Task<T> UseLibvirtAsync<T>(LabHost host, Func<LibvirtHypervisor, Task<T>> use)
    {
        using var libvirt = new LocalLibvirt($"qemu+unix:///system?socket={host.LibvirtSocketPath}");
        return await use(new LibvirtHypervisor(HostName.Parse(host.Name), libvirt, TimeProvider.System));
    }

    private static async Task RestartAgentAsync(LabHost host)
    {
        await host.KillProcessAsync("agent");
        await FailureLab.WaitForAgentAsync(host);
    }

    /// <summary>Asks for a move that is refused before it is begun.</summary>
    private static async Task<FailureException> RefusedAsync(AgentClient agent, string vm, string destination)
    {
        var failure = await Assert.ThrowsAsync<FailureException>(() => agent.StartMigrationAsync(new MigrationRequest { Vm = vm, Destination = destination }));
        Assert.NotNull(failure.Remedy);
        Assert.Contains(vm, failure.Message, StringComparison.Ordinal);
        return failure;
    }

    /// <summary>Asks for a move that fails, whether at once or by its plan.</summary>
    private static async Task<Failure> EndAsync(AgentClient agent, string vm, string destination, Func<MigrationRequest, MigrationRequest>? change = null)
    {
        var request = new MigrationRequest { Vm = vm, Destination = destination };
        try
        {
            var started = await agent.StartMigrationAsync(change?.Invoke(request) ?? request);
            var last = started;
            await foreach (var state in agent.WatchMigrationAsync(MigrationId.Parse(started.Id), connection: null, CancellationToken.None))
            {
                last = state;
                if (state.Phase.IsFinal())
                {
                    break;
                }
            }

            Assert.Equal(MigrationPhase.RolledBack, last.Phase);
            Assert.NotNull(last.Failure);
            return last.Failure;
        }
        catch (FailureException exception)
        {
            return Failure.From(exception);
        }
    }

    /// <summary>Makes a VM at the source, asks for its move, and checks that the refusal has left it as it was.</summary>
    private async Task<Failure> RefusedVmAsync(string name, Func<LabHost, Task<TinyVm>> create, Func<MigrationRequest, MigrationRequest>? change = null)
    {
        var (source, destination) = await lab.FindAsync();
        await using var vm = await create(source);
        using var agent = new AgentClient(source.ApiSocketPath);
        var plan = await agent.PlanAsync(change?.Invoke(Request()) ?? Request());
        Assert.False(plan.Feasible);

        var failure = await EndAsync(agent, name, destination.Name, change);
        output.WriteLine($"{failure.Code}: {failure.Message}\n  help: {failure.Remedy}");
        Assert.NotNull(failure.Remedy);
        Assert.Equal("running", await vm.StateAsync());
        Assert.Equal("", await HostScript.RunAsync(destination, "ls /run/livcloud/m 2>/dev/null || true; virsh -q pool-list --all --name | sed '/^ *$/d'"));
        return failure;

        MigrationRequest Request() => new() { Vm = name, Destination = destination.Name };
    }
}
