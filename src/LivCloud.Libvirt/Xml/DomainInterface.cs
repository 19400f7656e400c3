using System.Xml.Linq;

namespace LivCloud.Libvirt.Xml;

/// <summary>A network interface of a domain.</summary>
/// <param name="Type">How it is attached: "network", "bridge", "direct", "ethernet", "user", "vhostuser", "hostdev", …</param>
/// <param name="SourceName">The network, bridge or host device it is attached to; null when its type has none.</param>
/// <param name="MacAddress">Its MAC address as written; null when left open.</param>
/// <param name="TargetDevice">The tap device on the host; null while it does not run, or when there is none.</param>
/// <param name="Model">What the guest sees, such as "virtio"; null when left open.</param>
/// <param name="VirtualPortType">The switch's kind of port, such as "openvswitch"; null without one.</param>
/// <param name="InterfaceId">The port's identifier in Open vSwitch and OVN (`interfaceid`); null without one.</param>
public sealed record DomainInterface(
    string Type, string? SourceName, string? MacAddress, string? TargetDevice, string? Model, string? VirtualPortType, string? InterfaceId)
{
    internal static DomainInterface Read(XElement element)
    {
        var type = element.Attribute("type")?.Value ?? "";
        var source = element.Element("source");
        var port = element.Element("virtualport");

        // A running "network" interface also names the bridge that the network gave it; the network is what a destination must have.
        var sourceName = type switch
        {
            "network" => source?.Attribute("network"),
            "bridge" => source?.Attribute("bridge"),
            _ => source?.Attribute("dev") ?? source?.Attribute("name") ?? source?.Attribute("path"),
        };
        return new DomainInterface(
            type,
            sourceName?.Value,
            element.Element("mac")?.Attribute("address")?.Value,
            element.Element("target")?.Attribute("dev")?.Value,
            element.Element("model")?.Attribute("type")?.Value,
            port?.Attribute("type")?.Value,
            port?.Element("parameters")?.Attribute("interfaceid")?.Value);
    }
}
