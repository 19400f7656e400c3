using System.Net;
using LivCloud.Channel.Sessions;

namespace LivCloud.Channel.Tests.Interop;

public sealed class HalfOpenLinksTests
{
    private readonly HalfOpenLinks _links = new(max: 4, maxPerAddress: 2);

    [Fact]
    public void One_host_can_not_take_every_place()
    {
        Assert.Equal([true, true, false], Enter("192.0.2.1", "192.0.2.1", "192.0.2.1"));
        Assert.Equal([false, true, true, false], Enter("::ffff:192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"));
        _links.Leave(IPAddress.Parse("192.0.2.1"));
        Assert.Equal([true, false], Enter("192.0.2.1", "192.0.2.4"));
    }

    [Fact]
    public void The_addresses_of_one_ipv6_host_count_as_one() =>
        Assert.Equal([true, true, false, true], Enter("2001:db8::1", "2001:db8::2", "2001:db8::3:4:5:6", "2001:db8:0:1::1"));

    private bool[] Enter(params string[] addresses) => [.. addresses.Select(address => _links.TryEnter(IPAddress.Parse(address)))];
}
