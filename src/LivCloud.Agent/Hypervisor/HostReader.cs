using LivCloud.Api;
using LivCloud.Core;
using LivCloud.Libvirt;
using LivCloud.Libvirt.Xml;

namespace LivCloud.Agent.Hypervisor;

/// <summary>Reads what this host has and runs, as the API shows it.</summary>
/// <param name="self">This host.</param>
/// <param name="libvirt">Its libvirt.</param>
/// <param name="reservedBytes">Memory that is reserved for VMs on their way here.</param>
public sealed class HostReader(HostName self, LocalLibvirt libvirt, Func<long> reservedBytes)
{
    /// <summary>The agent's version.</summary>
    public static string Version { get; } = typeof(HostReader).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>What the host offers.</summary>
    public Task<HostCapacity> ReadAsync(CancellationToken cancellationToken) => libvirt.UseAsync(
        connection =>
        {
            var capabilities = HostCapabilities.TryParse(connection.GetCapabilities(), out var parsed, out _) ? parsed : null;
            var node = connection.GetNodeInfo();
            var running = 0;
            foreach (var domain in connection.ListDomains())
            {
                using (domain)
                {
                    running += domain.IsActive ? 1 : 0;
                }
            }

            return new HostCapacity
            {
                AgentVersion = Version,
                LibvirtVersion = connection.LibraryVersion.ToString(3),
                EmulatorVersion = connection.HypervisorVersion.ToString(3),
                OffersKvm = capabilities?.FindGuest(capabilities.Architecture ?? "x86_64")?.OffersKvm ?? false,
                Cpus = node.Cpus,
                MemoryBytes = connection.GetMemoryBytes(),
                MemoryFreeBytes = Math.Max(0, connection.GetFreeMemoryBytes() - reservedBytes()),
                RunningVms = running,
            };
        },
        cancellationToken);

    /// <summary>The VMs on the host.</summary>
    /// <param name="migrationOf">The migration that moves a VM now, if any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<IReadOnlyList<Vm>> ListVmsAsync(Func<Guid, MigrationId?> migrationOf, CancellationToken cancellationToken) => libvirt.UseAsync<IReadOnlyList<Vm>>(
        connection =>
        {
            var vms = new List<Vm>();
            foreach (var domain in connection.ListDomains())
            {
                using (domain)
                {
                    if (TryRead(domain, migrationOf) is { } vm)
                    {
                        vms.Add(vm);
                    }
                }
            }

            return [.. vms.OrderBy(vm => vm.Name, StringComparer.Ordinal)];
        },
        cancellationToken);

    private Vm? TryRead(Domain domain, Func<Guid, MigrationId?> migrationOf)
    {
        try
        {
            var info = domain.GetInfo();
            return new Vm
            {
                Name = domain.Name,
                Uuid = domain.Uuid,
                Host = self.ToString(),
                State = Words(info.State),
                VirtualCpus = info.VirtualCpus,
                MemoryBytes = info.MaxMemoryBytes,
                MigrationId = migrationOf(domain.Uuid)?.ToString(),
            };
        }
        catch (LibvirtException exception) when (exception.Error == LibvirtError.NoDomain)
        {
            // It ended between the list and this look.
            return null;
        }
    }

    private static string Words(DomainState state) => state switch
    {
        DomainState.Running => "running",
        DomainState.Blocked => "idle",
        DomainState.Paused => "paused",
        DomainState.ShuttingDown => "shutting down",
        DomainState.ShutOff => "shut off",
        DomainState.Crashed => "crashed",
        DomainState.PowerManagementSuspended => "suspended",
        _ => "unknown",
    };
}
