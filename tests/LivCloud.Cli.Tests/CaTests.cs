using System.Text.Json;
using LivCloud.Core;

namespace LivCloud.Cli.Tests;

public sealed class CaTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("livcloud-ca-").FullName;
    private readonly CommandRun _run = new("/nonexistent/agent.sock");

    [Fact]
    public async Task An_authority_issues_what_show_describes()
    {
        var authority = Path.Combine(_directory, "ca");
        Assert.Equal(ExitCode.Success, await _run.RunAsync("ca", "init", "--dir", authority));
        Assert.Equal(ExitCode.Success, await _run.RunAsync("ca", "issue", "Alpha.example", "--dir", authority, "--out", _directory, "--days", "30"));
        Assert.Contains("Issued a certificate for alpha.example (not Alpha.example: hosts' names are in lower case)", _run.Output, StringComparison.Ordinal);
        using var show = new CommandRun("/nonexistent/agent.sock");
        Assert.Equal(ExitCode.Success, await show.RunAsync("ca", "show", Path.Combine(_directory, "alpha.example.crt"), "--json"));
        Assert.StartsWith("{\n  \"subject\"", show.Output, StringComparison.Ordinal);
        var shown = JsonDocument.Parse(show.Output).RootElement;
        Assert.Equal("alpha.example", Assert.Single(shown.GetProperty("names").EnumerateArray()).GetString());
        Assert.True(shown.GetProperty("valid").GetBoolean());
        Assert.False(shown.GetProperty("isAuthority").GetBoolean());
        var left = shown.GetProperty("notAfter").GetDateTimeOffset() - DateTimeOffset.UtcNow;
        Assert.InRange(left.TotalDays, 29.9, 30.1);
    }

    [Fact]
    public async Task What_is_no_certificate_is_refused()
    {
        var file = Path.Combine(_directory, "text");
        await File.WriteAllTextAsync(file, "hello");
        Assert.Equal(ExitCode.Usage, await _run.RunAsync("ca", "show", file));
        Assert.Equal(ExitCode.Usage, await _run.RunAsync("ca", "show", $"{file}.missing"));
        Assert.Equal(ExitCode.Usage, await _run.RunAsync("ca", "issue", "alpha", "--dir", _directory));
        Assert.Contains("text could not be read as a certificate: it holds no certificate.\n", _run.Error, StringComparison.Ordinal);
        Assert.Contains("text.missing could not be read as a certificate: there is no such file.\n", _run.Error, StringComparison.Ordinal);
        Assert.Contains("help: Make one with `livcloud ca init", _run.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _run.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
