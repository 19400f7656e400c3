using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml.Linq;

namespace LivCloud.Libvirt.Xml;

/// <summary>What matters here of a host's capabilities (<see cref="LibvirtConnection.GetCapabilities"/>).</summary>
public sealed class HostCapabilities
{
    private HostCapabilities(
        Guid? hostUuid, string? architecture, string? cpuModel, string? cpuXml, UnixOwner? emulatorOwner,
        IReadOnlyList<HostGuestType> guests)
    {
        HostUuid = hostUuid;
        Architecture = architecture;
        CpuModel = cpuModel;
        CpuXml = cpuXml;
        EmulatorOwner = emulatorOwner;
        Guests = guests;
    }

    /// <summary>The UUID by which libvirt tells hosts apart; null when it has none.</summary>
    public Guid? HostUuid { get; }

    /// <summary>The processor's architecture, such as "x86_64"; null when not told.</summary>
    public string? Architecture { get; }

    /// <summary>The CPU model that comes closest to the host's; null when libvirt does not know it.</summary>
    public string? CpuModel { get; }

    /// <summary>
    /// The host's `cpu` element, which <see cref="LibvirtConnection.CompareHypervisorCpu(string?, string?, string?, string?, string)"/>
    /// takes; null when there is none.
    /// </summary>
    public string? CpuXml { get; }

    /// <summary>
    /// The user and group that emulators run as by default, from the base label of the `dac` model; null when libvirt does not change
    /// them.
    /// </summary>
    public UnixOwner? EmulatorOwner { get; }

    /// <summary>The architectures of guests that the host can run.</summary>
    public IReadOnlyList<HostGuestType> Guests { get; }

    /// <summary>The guests of an architecture; null when the host can not run such.</summary>
    public HostGuestType? FindGuest(string architecture) =>
        Guests.FirstOrDefault(guest => string.Equals(guest.Architecture, architecture, StringComparison.Ordinal));

    /// <summary>Reads a `capabilities` document.</summary>
    /// <returns>false with the reason when it is none.</returns>
    public static bool TryParse(string? xml, [NotNullWhen(true)] out HostCapabilities? capabilities, out string reason)
    {
        capabilities = null;
        if (!XmlInput.TryLoad(xml, "capabilities", out var root, out reason))
        {
            return false;
        }

        var host = root.Element("host");
        var cpu = host?.Element("cpu");
        capabilities = new HostCapabilities(
            Guid.TryParse(host?.Element("uuid")?.Value, out var uuid) ? uuid : null,
            cpu?.Element("arch")?.Value,
            cpu?.Element("model")?.Value,
            cpu?.ToString(SaveOptions.DisableFormatting),
            ReadOwner(host),
            [.. root.Elements("guest").SelectMany(ReadGuests)]);
        return true;
    }

    private static UnixOwner? ReadOwner(XElement? host)
    {
        var model = host?.Elements("secmodel").FirstOrDefault(element => element.Element("model")?.Value == "dac");
        var labels = model?.Elements("baselabel").ToList();
        var label = labels?.FirstOrDefault(element => element.Attribute("type")?.Value == "kvm") ?? labels?.FirstOrDefault();
        return UnixOwner.TryParse(label?.Value, out var owner) ? owner : null;
    }

    private static IEnumerable<HostGuestType> ReadGuests(XElement guest)
    {
        foreach (var arch in guest.Elements("arch"))
        {
            if (arch.Attribute("name")?.Value is { } name)
            {
                // A domain type may list machine types of its own beside those of the architecture.
                yield return new HostGuestType(
                    name,
                    arch.Element("emulator")?.Value,
                    arch.Elements("domain").Any(domain => domain.Attribute("type")?.Value == "kvm"),
                    [.. arch.Descendants("machine").Select(ReadMachine).DistinctBy(machine => machine.Name)]);
            }
        }
    }

    private static HostMachineType ReadMachine(XElement machine) => new(
        machine.Value,
        machine.Attribute("canonical")?.Value,
        int.TryParse(machine.Attribute("maxCpus")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var cpus) ? cpus : null);
}
