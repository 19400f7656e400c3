using LivCloud.Agent.Configuration;
using LivCloud.Channel.Certificates;
using LivCloud.Core;

namespace LivCloud.Agent.Tests.Configuration;

public sealed class AgentCheckTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public AgentCheckTests()
    {
        using var authority = CertificateAuthority.Create(_directory.Path, TimeProvider.System);
        authority.Issue(HostName.Parse("alpha"), TimeSpan.FromDays(1), _directory.Path);
        authority.Issue(HostName.Parse("beta"), TimeSpan.FromDays(1), _directory.Path);
        File.WriteAllText(_directory.File("empty"), "");
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_the_agent_would_do_is_said_and_nothing_is_made()
    {
        var before = Directory.GetFileSystemEntries(_directory.Path).Length;
        var (code, output) = Check("name: alpha", "peers: [{name: beta, address: b.example.org}, {name: gamma}]");
        Assert.Equal(ExitCode.Success, code);
        Assert.Contains($"  show the certificate {_directory.File("alpha.crt")}, valid until", output, StringComparison.Ordinal);
        Assert.Contains("  dial beta at b.example.org:8470\n  wait for gamma to dial\n", output, StringComparison.Ordinal);
        Assert.Equal(before + 1, Directory.GetFileSystemEntries(_directory.Path).Length);
    }

    [Theory]
    [InlineData("it is `name: gamma` in agent.yaml, but its certificate DIR/alpha.crt is for alpha.", "name: gamma", "certificate: alpha.crt", "key: alpha.key")]
    [InlineData("the key DIR/beta.key does not belong to the certificate DIR/alpha.crt.", "name: alpha", "key: beta.key")]
    [InlineData("the key DIR/alpha.key does not belong to the certificate DIR/ca.crt.", "name: alpha", "certificate: ca.crt")]
    [InlineData("DIR/alpha.crt holds no key.", "name: alpha", "key: alpha.crt")]
    [InlineData("the key DIR/none.key can not be read", "name: alpha", "key: none.key")]
    [InlineData("the certificate DIR/none.crt does not exist.", "name: alpha", "ca: none.crt")]
    [InlineData("DIR/empty is no certificate.", "name: alpha", "certificate: empty")]
    [InlineData("The agent could not use the directory DIR/empty/run", "name: alpha", "run: DIR/empty/run")]
    [InlineData("a socket's path has 107 bytes at most", "name: alpha", "run: DIR/0123456789012345678901234567890123456789012345678901234567890123456789")]
    public void What_keeps_the_agent_from_starting_is_named(string words, params string[] lines)
    {
        var failure = Assert.Throws<FailureException>(() => Check(lines));
        Assert.Equal(FailureCode.InvalidRequest, failure.Code);
        Assert.Contains(words.Replace("DIR", _directory.Path, StringComparison.Ordinal), failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Remedy);
    }

    [Fact]
    public void A_key_that_others_can_read_is_told_with_what_mends_it()
    {
        File.SetUnixFileMode(_directory.File("alpha.key"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var (code, output) = Check("name: alpha");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"`chmod 600 {_directory.File("alpha.key")}`", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_peers_will_refuse_is_told()
    {
        using (var other = CertificateAuthority.Create(_directory.File("other"), TimeProvider.System))
        {
            other.Issue(HostName.Parse("alpha"), TimeSpan.FromDays(1), _directory.Path);
        }

        var (code, output) = Check("name: alpha");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("it was issued by another CA", output, StringComparison.Ordinal);
    }

    private (int Code, string Output) Check(params string[] lines)
    {
        string[] own = [$"state: {_directory.File("state")}", .. lines.Any(line => line.StartsWith("run:", StringComparison.Ordinal)) ? (string[])[] : [$"run: {_directory.File("run")}"]];
        File.WriteAllText(_directory.File("agent.yaml"), string.Join('\n', [.. lines, .. own]).Replace("DIR", _directory.Path, StringComparison.Ordinal));
        using var output = new StringWriter();
        return (AgentCheck.Run(_directory.File("agent.yaml"), output), output.ToString());
    }
}
