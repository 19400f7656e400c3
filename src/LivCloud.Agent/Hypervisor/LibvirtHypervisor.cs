using LivCloud.Core;
using LivCloud.Libvirt;
using LivCloud.Libvirt.Emulators;
using LivCloud.Libvirt.Xml;
using LivCloud.Migration.Journal;
using LivCloud.Migration.Planning;
using LivCloud.Migration.Ports;
using LivCloud.Migration.Vms;

namespace LivCloud.Agent.Hypervisor;

/// <summary>The local libvirt as the engine's hypervisor.</summary>
/// <param name="self">This host.</param>
/// <param name="libvirt">The connection to it.</param>
/// <param name="clock">The clock.</param>
public sealed class LibvirtHypervisor(HostName self, LocalLibvirt libvirt, TimeProvider clock) : IHypervisor
{
    /// <summary>Where libvirt keeps the pid files of running domains.</summary>
    internal const string EmulatorStateDirectory = "/run/libvirt/qemu";

    private static readonly TimeSpan JobPollInterval = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public Task<VmFacts?> DescribeAsync(string nameOrUuid, CancellationToken cancellationToken) => libvirt.UseAsync(
        connection =>
        {
            using var domain = Guid.TryParse(nameOrUuid, out var uuid) ? connection.FindDomain(uuid) : connection.FindDomain(nameOrUuid);
            return domain is null ? null : VmReader.Read(connection, domain);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<VmState> GetStateAsync(Guid vm, CancellationToken cancellationToken) =>
        libvirt.UseDomainAsync(vm, VmState.Absent, VmReader.State, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsPausedByUserAsync(Guid vm, CancellationToken cancellationToken) =>
        libvirt.UseDomainAsync(vm, false, VmReader.IsPausedByUser, cancellationToken);

    /// <inheritdoc/>
    public Task<DestinationFacts> AppraiseAsync(VmFacts vm, CancellationToken cancellationToken) =>
        libvirt.UseAsync(connection => Appraise(connection, vm), cancellationToken);

    /// <inheritdoc/>
    public async Task<IOutgoingMigration> StartMigrationAsync(OutgoingOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        var connection = await libvirt.ConnectAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => OutgoingMigration.Start(connection, order), cancellationToken).ConfigureAwait(false);
        }
        catch (LibvirtException exception)
        {
            throw LocalLibvirt.Translate(exception);
        }
    }

    /// <inheritdoc/>
    public async Task AbortJobAsync(Guid vm, CancellationToken cancellationToken)
    {
        while (await libvirt.UseDomainAsync(vm, false, TryAbort, cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(JobPollInterval, clock, cancellationToken).ConfigureAwait(false);
        }

        static bool TryAbort(Domain domain)
        {
            // A backup or a dump that somebody else has begun is none of ours.
            if (!domain.IsActive || domain.GetJobStatistics() is not { Operation: JobOperation.MigrationOut, Type: not (JobType.None or JobType.Completed) })
            {
                return false;
            }

            try
            {
                domain.AbortJob();
            }
            catch (LibvirtException exception) when (exception.Error is LibvirtError.OperationInvalid or LibvirtError.OperationFailed)
            {
                // The job is just ending, or can not be aborted in its present step; the next look tells.
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public Task ResumeAsync(Guid vm, CancellationToken cancellationToken) => libvirt.UseDomainAsync(
        vm,
        false,
        domain =>
        {
            if (VmReader.State(domain) == VmState.Paused)
            {
                domain.Resume();
            }

            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task DestroyAsync(Guid vm, bool undefine, CancellationToken cancellationToken) => libvirt.UseDomainAsync(
        vm,
        false,
        domain =>
        {
            var persistent = domain.IsPersistent;
            if (domain.IsActive)
            {
                try
                {
                    domain.Destroy();
                }
                catch (LibvirtException exception) when (exception.Error is LibvirtError.OperationInvalid)
                {
                    // It ended by itself in between.
                }
            }

            if (undefine && persistent)
            {
                domain.Undefine();
            }

            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SetStartsWithHostAsync(Guid vm, bool starts, CancellationToken cancellationToken) => libvirt.UseDomainAsync(
        vm,
        false,
        domain =>
        {
            if (domain.IsPersistent && domain.StartsWithHost != starts)
            {
                domain.StartsWithHost = starts;
            }

            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<EmulatorIdentity?> FindEmulatorAsync(Guid vm, CancellationToken cancellationToken) => libvirt.UseDomainAsync<EmulatorIdentity?>(
        vm,
        null,
        domain => EmulatorProcess.Find(EmulatorStateDirectory, domain.Name) is { } process
            ? new EmulatorIdentity(process.Pid, process.StartTicks, process.BootId)
            : null,
        cancellationToken);

    private DestinationFacts Appraise(LibvirtConnection connection, VmFacts vm)
    {
        using var sameName = connection.FindDomain(vm.Name);
        using var sameUuid = connection.FindDomain(vm.Uuid);
        var existing = sameUuid ?? sameName;
        if (!HostCapabilities.TryParse(connection.GetCapabilities(), out var capabilities, out var reason))
        {
            throw new FailureException(FailureCode.HypervisorFailed, $"The capabilities of {self} can not be understood: {reason}.");
        }

        var guest = capabilities.FindGuest(vm.Architecture);
        var offers = guest is not null && guest.HasMachineType(vm.MachineType) && (vm.VirtualizationType != "kvm" || guest.OffersKvm);
        return new DestinationFacts
        {
            Host = self,
            MemoryFreeBytes = connection.GetFreeMemoryBytes(),
            ExistingVm = existing is null ? VmState.Absent : VmReader.State(existing),
            OffersMachineType = offers,
            CpuProblem = offers ? CompareCpu(connection, vm) : null,
            MissingAttachments = [.. vm.Attachments.Where(attachment => !Has(connection, attachment)).Select(Words).Distinct()],
            Places = [],
        };
    }

    private static string? CompareCpu(LibvirtConnection connection, VmFacts vm)
    {
        if (vm.CpuXml is null)
        {
            return null;
        }

        var result = connection.CompareHypervisorCpu(null, vm.Architecture, vm.MachineType, vm.VirtualizationType, vm.CpuXml, out var reason);
        return result == CpuComparison.Incompatible ? reason ?? "it lacks features of the guest's CPU" : null;
    }

    private static bool Has(LibvirtConnection connection, VmAttachment attachment) => attachment.Kind switch
    {
        AttachmentKind.Network => connection.HasNetwork(attachment.Name),
        AttachmentKind.Bridge or AttachmentKind.Device => Directory.Exists($"/sys/class/net/{Path.GetFileName(attachment.Name)}"),
    };

    private static string Words(VmAttachment attachment) => attachment.Kind switch
    {
        AttachmentKind.Network => $"the active libvirt network {attachment.Name}",
        AttachmentKind.Bridge => $"the bridge {attachment.Name}",
        AttachmentKind.Device => $"the network device {attachment.Name}",
    };
}
