using LivCloud.Lab.Hosts;

namespace LivCloud.Lab.Tests.Migrations;

/// <summary>A VM that only runs its firmware, to be refused for what its definition says; it goes with the test.</summary>
internal sealed class TinyVm : IAsyncDisposable
{
    private readonly LabHost _host;

    private TinyVm(LabHost host, string name) => (_host, Name) = (host, name);

    public string Name { get; }

    /// <summary>Defines it on a host, and starts it.</summary>
    /// <param name="host">The host.</param>
    /// <param name="name">Its name.</param>
    /// <param name="memoryMiB">Its memory; the firmware touches little of it.</param>
    /// <param name="cpu">Its cpu element.</param>
    /// <param name="diskPath">The path of its disk; null for none.</param>
    /// <param name="starts">Whether it is started.</param>
    public static async Task<TinyVm> CreateAsync(
        LabHost host, string name, long memoryMiB = 64, string cpu = "<cpu mode='custom' match='exact' check='none'><model>qemu64</model></cpu>",
        string? diskPath = null, bool starts = true)
    {
        var disk = diskPath is null
            ? ""
            : $"<disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none'/><source file='{diskPath}'/><target dev='vda' bus='virtio'/></disk>";
        await File.WriteAllTextAsync($"{host.RunDirectory}/lab/{name}.xml", $"""
            <domain type='qemu'>
              <name>{name}</name><memory unit='MiB'>{memoryMiB}</memory><vcpu>1</vcpu>{cpu}
              <os><type arch='x86_64' machine='pc-q35-10.0'>hvm</type></os>
              <features><acpi/></features><on_reboot>destroy</on_reboot>
              <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>{disk}<memballoon model='none'/></devices>
            </domain>
            """);
        if (diskPath is not null)
        {
            await HostScript.RunAsync(host, $"mkdir -p $(dirname {diskPath}); qemu-img create -q -f qcow2 {diskPath} 64M");
        }

        await HostScript.RunAsync(host, $"virsh -q define /run/lab/{name}.xml; {(starts ? $"virsh -q start {name}" : "true")}");
        return new TinyVm(host, name);
    }

    /// <summary>Whether it runs, and nothing has become of it.</summary>
    public async Task<string> StateAsync() => (await HostScript.RunAsync(_host, $"virsh -q domstate {Name}")).Trim();

    public async ValueTask DisposeAsync() => await HostScript.RunAsync(_host, $"virsh -q destroy {Name} 2>/dev/null || true; virsh -q undefine {Name}");
}
