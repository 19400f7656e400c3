using System.Net;
using LivCloud.Agent.Configuration;
using LivCloud.Core;

namespace LivCloud.Agent.Tests.Configuration;

public sealed class AgentFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_name_alone_is_enough_and_the_rest_has_defaults()
    {
        var options = Read("name: alpha");
        Assert.Equal(HostName.Parse("alpha"), options.Name);
        Assert.Equal(new IPEndPoint(IPAddress.Any, 8470), options.Listen);
        Assert.Equal(_directory.File("alpha.crt"), options.CertificatePath);
        Assert.Equal(_directory.File("ca.crt"), options.AuthorityPath);
        Assert.Equal(TimeSpan.FromSeconds(120), options.HoldTime);
        Assert.Empty(options.Peers);
    }

    [Fact]
    public void Peers_have_addresses_with_the_usual_port_or_none()
    {
        var options = Read("""
            name: alpha
            peers:
              - name: beta
                address: beta.example.org
              - name: gamma
                address: "[2001:db8::1]:9000"
              - name: delta
            """);
        Assert.Equal("beta.example.org:8470", options.Peers[HostName.Parse("beta")]);
        Assert.Equal("[2001:db8::1]:9000", options.Peers[HostName.Parse("gamma")]);
        Assert.Equal("", options.Peers[HostName.Parse("delta")]);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("listen: 0.0.0.0:1", "'name' is missing")]
    [InlineData("name: al pha", "not a host name")]
    [InlineData("name: alpha\nholdTimes: 3s", "line 2")]
    [InlineData("name: alpha\nholdTime: 0s", "1s to 1h")]
    [InlineData("name: alpha\nlisten: nowhere", "no address and port")]
    [InlineData("name: alpha\nlinks: 99", "1 to 16")]
    [InlineData("name: alpha\npeers:\n  - name: alpha", "its own peer")]
    [InlineData("name: alpha\npeers:\n  - name: b\n  - name: b", "named twice")]
    [InlineData("name: alpha\nlisten: 99999", "no address and port")]
    [InlineData("name: alpha\nlisten: 70000000", "no address and port")]
    [InlineData("name: alpha\nfoo: 1", "line 2: there is no setting 'foo'.")]
    [InlineData("name: alpha\npeers:\n  - name: beta\n    adress: b", "line 4: there is no setting 'adress' of a peer.")]
    [InlineData("name: alpha\npeers:\n  -", "a peer has no 'name'")]
    [InlineData("name: alpha\npeers:\n\t- name: beta", "invalid tab")]
    [InlineData("name: [", "line")]
    public void Each_mistake_is_named(string text, string words)
    {
        var failure = Assert.Throws<FailureException>(() => Read(text));
        Assert.Equal(FailureCode.InvalidRequest, failure.Code);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("..", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(LivCloud), failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Remedy);
    }

    [Theory]
    [InlineData("8471", "0.0.0.0:8471")]
    [InlineData("192.0.2.1", "192.0.2.1:8470")]
    [InlineData("\"[::]:8472\"", "[::]:8472")]
    public void Listen_is_a_port_an_address_or_both(string text, string expected) =>
        Assert.Equal(IPEndPoint.Parse(expected), Read($"name: alpha\nlisten: {text}").Listen);

    [Fact]
    public void A_missing_file_is_told_from_a_large_one()
    {
        var missing = Assert.Throws<FailureException>(() => AgentFile.Read("/no/such/agent.yaml"));
        Assert.Equal("The agent can not start with /no/such/agent.yaml: there is no such file.", missing.Message);
        var large = Assert.Throws<FailureException>(() => Read($"name: alpha\n# {new string('x', 1 << 20)}"));
        Assert.EndsWith("agent.yaml: it is larger than 1 MiB.", large.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_that_is_shipped_is_read()
    {
        var options = AgentFile.Read(Path.Combine(RepositoryRoot(), "deploy", "agent.yaml"));
        Assert.Equal("/etc/livcloud/ca.crt", options.AuthorityPath);
        Assert.NotEmpty(options.Peers);
    }

    [Fact]
    public void The_defaults_that_the_example_shows_in_comments_are_the_defaults()
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryRoot(), "deploy", "agent.yaml"));
        var options = Read(string.Join('\n', lines.Select(line => line.StartsWith('#') && !line.StartsWith("# ", StringComparison.Ordinal) ? line[1..] : line)));
        var defaults = Read("name: alpha");
        Assert.Equal(
            (defaults.HoldTime, defaults.Links, defaults.LibvirtUri, defaults.StateDirectory, defaults.RunDirectory),
            (options.HoldTime, options.Links, options.LibvirtUri, options.StateDirectory, options.RunDirectory));
        Assert.NotNull(options.LibvirtSocket);
    }

    [Fact]
    public void Operating_shows_the_example_that_is_shipped() => Assert.Contains(
        File.ReadAllText(Path.Combine(RepositoryRoot(), "deploy", "agent.yaml")),
        File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "operating.md")), StringComparison.Ordinal);

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "LivCloud.slnx")))
        {
            directory = directory.Parent!;
        }

        return directory.FullName;
    }

    private AgentOptions Read(string text)
    {
        File.WriteAllText(_directory.File("agent.yaml"), text);
        return AgentFile.Read(_directory.File("agent.yaml"));
    }
}
