using System.Net;
using System.Net.Sockets;

namespace LivCloud.Channel.Sessions;

/// <summary>Counts the incoming links in their handshake, in all and by where they come from, so that no single host can take every place.</summary>
internal sealed class HalfOpenLinks(int max, int maxPerAddress)
{
    private const int NetworkBytes = 8;
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _all;

    /// <summary>Takes a place.</summary>
    /// <returns>false when there is none.</returns>
    public bool TryEnter(IPAddress address)
    {
        var from = Origin(address);
        lock (_gate)
        {
            var others = _byAddress.GetValueOrDefault(from);
            if (_all >= max || others >= maxPerAddress)
            {
                return false;
            }

            _all++;
            _byAddress[from] = others + 1;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(IPAddress address)
    {
        var from = Origin(address);
        lock (_gate)
        {
            _all--;
            if (--_byAddress[from] == 0)
            {
                _byAddress.Remove(from);
            }
        }
    }

    /// <summary>An IPv6 host has a whole /64 of addresses to come from, so these count as one.</summary>
    private static IPAddress Origin(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }
}
