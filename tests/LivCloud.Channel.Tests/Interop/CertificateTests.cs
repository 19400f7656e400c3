using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using LivCloud.Channel.Tests.Support;

namespace LivCloud.Channel.Tests.Interop;

public sealed class CertificateTests
{
    private readonly TestAuthority _authority = new();

    [Fact]
    public async Task A_peer_with_a_certificate_of_another_ca_is_refused()
    {
        var message = await DialAsync(cloud: new TestAuthority("Other CA").Issue("cloud"));
        Assert.Contains("onprem refused the certificate that cloud presented at", message, StringComparison.Ordinal);
        Assert.Contains("it was issued by another CA (Other CA), not by Test CA", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_with_a_certificate_of_another_ca_of_the_same_name_is_refused() =>
        Assert.Contains("it was issued by another CA (Test CA), not by Test CA", await DialAsync(cloud: new TestAuthority().Issue("cloud")), StringComparison.Ordinal);

    [Fact]
    public async Task A_peer_with_an_expired_certificate_is_refused_with_the_date()
    {
        var date = DateTime.UtcNow.AddDays(-1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var message = await DialAsync(cloud: _authority.Issue("cloud", TimeSpan.FromDays(-10), TimeSpan.FromDays(-1)));
        Assert.Contains($"it expired on {date}", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_with_a_certificate_that_is_not_valid_yet_is_refused() => Assert.Contains(
        "it is valid only from", await DialAsync(cloud: _authority.Issue("cloud", TimeSpan.FromDays(1), TimeSpan.FromDays(9))), StringComparison.Ordinal);

    [Fact]
    public async Task A_peer_with_a_certificate_of_another_host_is_refused_with_both_names() =>
        Assert.Contains("it was made for db1, not for cloud", await DialAsync(cloud: _authority.Issue("db1")), StringComparison.Ordinal);

    [Fact]
    public async Task A_peer_with_a_certificate_for_clients_only_is_refused() => Assert.Contains(
        "it is not made for TLS servers", await DialAsync(cloud: _authority.Issue("cloud", forServers: false)), StringComparison.Ordinal);

    [Fact]
    public async Task A_dialer_of_another_ca_is_told_that_the_peer_refused_it()
    {
        var message = await DialAsync(onprem: new TestAuthority("Other CA").Issue("onprem"));
        Assert.Contains("refused the certificate of onprem: it was issued by another CA (Other CA), not by Test CA", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dialer_with_an_expired_certificate_is_told_the_date() => Assert.Contains(
        "refused the certificate of onprem: it expired on",
        await DialAsync(onprem: _authority.Issue("onprem", TimeSpan.FromDays(-10), TimeSpan.FromDays(-1))),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_dialer_that_is_not_configured_is_told_so() => Assert.Contains(
        "it was made for stranger, which is not among the configured peers", await DialAsync(onprem: _authority.Issue("stranger")), StringComparison.Ordinal);

    [Fact]
    public async Task A_dialer_with_a_certificate_for_servers_only_is_refused() => Assert.Contains(
        "it is not made for TLS clients", await DialAsync(onprem: _authority.Issue("onprem", forClients: false)), StringComparison.Ordinal);

    [Fact]
    public async Task The_name_of_another_ca_is_cut_and_has_no_control_characters_in_messages()
    {
        var other = new TestAuthority("Other\u001B[31m\u202E" + new string('x', 50));
        var message = await DialAsync(onprem: other.Issue("onprem"));
        Assert.Contains("Other\uFFFD[31m\uFFFDxxx", message, StringComparison.Ordinal);
        var wide = new TestAuthority($"{new string('a', 60)},OU={new string('b', 60)}");
        message = await DialAsync(onprem: wide.Issue("onprem"));
        Assert.Contains($"({new string('a', 60)}, OU={new string('b', 35)})", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nobody_is_asked_for_the_ca_that_a_stranger_names(bool isDialer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var stranger = new TestAuthority("Other CA").Issue(isDialer ? "onprem" : "cloud", authorityAt: $"http://{listener.LocalEndpoint}/ca.cer");
        await (isDialer ? DialAsync(onprem: stranger) : DialAsync(cloud: stranger));
        Assert.False(listener.Pending());
    }

    private async Task<string> DialAsync(X509Certificate2? onprem = null, X509Certificate2? cloud = null)
    {
        await using var acceptor = new TestHost("cloud", _authority, new() { ["onprem"] = "" }, certificate: cloud);
        await using var dialer = new TestHost("onprem", _authority, new() { ["cloud"] = acceptor.Address }, certificate: onprem);
        var failure = await Expect.FailureAsync(() => dialer.Endpoint.GetSessionAsync(acceptor.Name), ChannelError.PeerUntrusted);
        Assert.False(failure.IsTransient);
        Assert.Empty(acceptor.Endpoint.Sessions);
        return failure.Message;
    }
}
