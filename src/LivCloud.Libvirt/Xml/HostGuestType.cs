namespace LivCloud.Libvirt.Xml;

/// <summary>Guests of one architecture that a host can run.</summary>
public sealed class HostGuestType
{
    internal HostGuestType(string architecture, string? emulatorPath, bool offersKvm, IReadOnlyList<HostMachineType> machineTypes)
    {
        Architecture = architecture;
        EmulatorPath = emulatorPath;
        OffersKvm = offersKvm;
        MachineTypes = machineTypes;
    }

    /// <summary>The architecture, such as "x86_64".</summary>
    public string Architecture { get; }

    /// <summary>The emulator's path; null when not told.</summary>
    public string? EmulatorPath { get; }

    /// <summary>Whether libvirt offers KVM for it. That /dev/kvm works is not proved by this.</summary>
    public bool OffersKvm { get; }

    /// <summary>The machine types, each once, aliases among them.</summary>
    public IReadOnlyList<HostMachineType> MachineTypes { get; }

    /// <summary>Whether the host has a machine type, by its name or as an alias.</summary>
    public bool HasMachineType(string name) => MachineTypes.Any(machine =>
        string.Equals(machine.Name, name, StringComparison.Ordinal)
        || string.Equals(machine.CanonicalName, name, StringComparison.Ordinal));

    /// <summary>The name that an alias such as "pc" stands for on this host; the name itself when it is none, null when unknown.</summary>
    public string? Canonical(string name) =>
        MachineTypes.FirstOrDefault(machine => string.Equals(machine.Name, name, StringComparison.Ordinal)) is { } found
            ? found.CanonicalName ?? found.Name
            : MachineTypes.FirstOrDefault(machine => string.Equals(machine.CanonicalName, name, StringComparison.Ordinal))?.CanonicalName;
}

/// <summary>A machine type of an emulator.</summary>
/// <param name="Name">Its name, such as "pc-q35-10.0", or an alias such as "q35".</param>
/// <param name="CanonicalName">What an alias stands for; null for no alias.</param>
/// <param name="MaxCpus">The most virtual CPUs; null when not told.</param>
public sealed record HostMachineType(string Name, string? CanonicalName, int? MaxCpus);
