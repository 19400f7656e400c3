using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LivCloud.Channel.Certificates;
using LivCloud.Core;

namespace LivCloud.Channel.Tests.Certificates;

[SupportedOSPlatform("linux")]
public sealed class CertificateAuthorityTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly string _directory = Directory.CreateTempSubdirectory("livcloud-ca-").FullName;
    private readonly FixedClock _clock = new(Now);

    private string AuthorityDirectory => Path.Combine(_directory, "ca");

    private string OutDirectory => Path.Combine(_directory, "out");

    [Fact]
    public void An_issued_certificate_chains_to_the_authority_for_both_ends_of_a_link()
    {
        using var authority = CertificateAuthority.Create(AuthorityDirectory, _clock);
        using var certificate = Issue(authority, "alpha.example.org");
        foreach (var purpose in (string[])["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"])
        {
            using var chain = ChainTo(Path.Combine(AuthorityDirectory, "ca.crt"));
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
            Assert.True(chain.Build(certificate), string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation)));
        }

        Assert.True(certificate.MatchesHostname("alpha.example.org", allowWildcards: false, allowCommonName: false));
        Assert.False(certificate.MatchesHostname("beta.example.org", allowWildcards: false, allowCommonName: true));
    }

    [Fact]
    public void A_certificate_of_another_authority_does_not_chain()
    {
        using var authority = CertificateAuthority.Create(AuthorityDirectory, _clock);
        using var other = CertificateAuthority.Create(Path.Combine(_directory, "other"), _clock);
        using var certificate = Issue(other, "alpha");
        using var chain = ChainTo(Path.Combine(AuthorityDirectory, "ca.crt"));
        Assert.False(chain.Build(certificate));
    }

    [Fact]
    public void A_host_certificate_can_not_issue()
    {
        using var authority = CertificateAuthority.Create(AuthorityDirectory, _clock);
        using var certificate = Issue(authority, "alpha");
        Assert.False(Extension<X509BasicConstraintsExtension>(certificate).CertificateAuthority);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, Extension<X509KeyUsageExtension>(certificate).KeyUsages);
    }

    [Fact]
    public void The_authority_may_sign_host_certificates_only()
    {
        using var authority = CertificateAuthority.Create(AuthorityDirectory, _clock);
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(AuthorityDirectory, "ca.crt"));
        var basic = Extension<X509BasicConstraintsExtension>(certificate);
        Assert.True(basic is { CertificateAuthority: true, HasPathLengthConstraint: true, PathLengthConstraint: 0, Critical: true });
        Assert.Equal(X509KeyUsageFlags.KeyCertSign, Extension<X509KeyUsageExtension>(certificate).KeyUsages);
        Assert.Equal(Now.AddDays(3652), authority.NotAfter);
    }

    [Fact]
    public void Key_identifiers_and_names_are_as_asked_for()
    {
        using var authority = CertificateAuthority.Create(AuthorityDirectory, _clock);
        using var issuer = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(AuthorityDirectory, "ca.crt"));
        using var certificate = Issue(authority, "alpha");
        Assert.Equal(["alpha"], Extension<X509SubjectAlternativeNameExtension>(certificate).EnumerateDnsNames());
        Assert.Equal(
            Extension<X509SubjectKeyIdentifierExtension>(issuer).SubjectKeyIdentifierBytes.ToArray(),
            Extension<X509AuthorityKeyIdentifierExtension>(certificate).KeyIdentifier!.Value.ToArray());
        Assert.NotNull(Extension<X509SubjectKeyIdentifierExtension>(certificate).SubjectKeyIdentifier);
        using var key = certificate.GetECDsaPublicKey()!;
        Assert.Equal(256, key.KeySize);
    }

    [Fact]
    public void Serial_numbers_have_128_bits_and_differ()
    {
        using var authority = CertificateAuthority.Create(AuthorityDirectory, _clock);
        var serialNumbers = new HashSet<string>(StringComparer.Ordinal);
        for (var count = 0; count < 20; count++)
        {
            using var certificate = Issue(authority, "alpha");
            Assert.Equal(32, certificate.SerialNumber.Length);
            Assert.True(serialNumbers.Add(certificate.SerialNumber));
        }
    }

    [Fact]
    public void Validity_starts_an_hour_ago_once_the_authority_is_that_old()
    {
        using var authority = CertificateAuthority.Create(AuthorityDirectory, _clock);
        _clock.Now += TimeSpan.FromDays(10);
        using var certificate = Issue(authority, "alpha");
        Assert.Equal(_clock.Now.AddHours(-1), certificate.NotBefore.ToUniversalTime());
        Assert.Equal(_clock.Now.AddDays(825), certificate.NotAfter.ToUniversalTime());
    }

    [Fact]
    public void No_certificate_outlives_the_authority()
    {
        using var authority = CertificateAuthority.Create(AuthorityDirectory, _clock);
        _clock.Now += TimeSpan.FromDays(3600);
        var issued = authority.Issue(HostName.Parse("alpha"), CertificateAuthority.DefaultHostValidity, OutDirectory);
        Assert.Equal(authority.NotAfter, issued.NotAfter);
    }

    [Fact]
    public void An_expired_authority_issues_nothing()
    {
        using var authority = CertificateAuthority.Create(AuthorityDirectory, _clock);
        _clock.Now += TimeSpan.FromDays(3653);
        AssertRefused(() => authority.Issue(HostName.Parse("alpha"), TimeSpan.FromDays(1), OutDirectory), "expired");
        Assert.False(Directory.Exists(OutDirectory));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4000)]
    public void A_validity_out_of_range_is_refused(int days)
    {
        using var authority = CertificateAuthority.Create(AuthorityDirectory, _clock);
        AssertRefused(() => authority.Issue(HostName.Parse("alpha"), TimeSpan.FromDays(days), OutDirectory), "validity");
    }

    [Fact]
    public void A_name_too_long_for_a_common_name_is_in_the_alternative_names_only()
    {
        using var authority = CertificateAuthority.Create(AuthorityDirectory, _clock);
        var name = $"{new string('a', 60)}.{new string('b', 60)}";
        using var certificate = Issue(authority, name);
        Assert.Equal("", certificate.Subject);
        Assert.True(Extension<X509SubjectAlternativeNameExtension>(certificate).Critical);
        using var chain = ChainTo(Path.Combine(AuthorityDirectory, "ca.crt"));
        Assert.True(chain.Build(certificate));
    }

    [Fact]
    public void Keys_are_pkcs8_and_readable_by_their_owner_only()
    {
        using var authority = CertificateAuthority.Create(AuthorityDirectory, _clock);
        var issued = authority.Issue(HostName.Parse("alpha"), TimeSpan.FromDays(1), OutDirectory);
        foreach (var path in (string[])[issued.KeyPath, Path.Combine(AuthorityDirectory, "ca.key")])
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.StartsWith("-----BEGIN PRIVATE KEY-----", File.ReadAllText(path), StringComparison.Ordinal);
        }

        Assert.True(File.GetUnixFileMode(issued.CertificatePath).HasFlag(UnixFileMode.OtherRead));
        Assert.Equal(["alpha.crt", "alpha.key"], Directory.GetFiles(OutDirectory).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void An_authority_is_never_overwritten()
    {
        CertificateAuthority.Create(AuthorityDirectory, _clock).Dispose();
        var before = File.ReadAllText(Path.Combine(AuthorityDirectory, "ca.key"));
        AssertRefused(() => CertificateAuthority.Create(AuthorityDirectory, _clock), "there is one already");
        Assert.Equal(before, File.ReadAllText(Path.Combine(AuthorityDirectory, "ca.key")));
    }

    [Fact]
    public void An_authority_that_was_opened_issues_as_the_one_that_made_it()
    {
        CertificateAuthority.Create(AuthorityDirectory, _clock).Dispose();
        using var authority = CertificateAuthority.Open(AuthorityDirectory, _clock);
        using var certificate = Issue(authority, "beta");
        using var chain = ChainTo(Path.Combine(AuthorityDirectory, "ca.crt"));
        Assert.True(chain.Build(certificate));
    }

    [Fact]
    public void A_directory_without_an_authority_is_refused()
    {
        AssertRefused(() => CertificateAuthority.Open(AuthorityDirectory), "No certificate authority");
    }

    [Fact]
    public void A_key_of_another_authority_is_refused()
    {
        CertificateAuthority.Create(AuthorityDirectory, _clock).Dispose();
        var other = Path.Combine(_directory, "other");
        CertificateAuthority.Create(other, _clock).Dispose();
        File.Copy(Path.Combine(other, "ca.key"), Path.Combine(AuthorityDirectory, "ca.key"), overwrite: true);
        AssertRefused(() => CertificateAuthority.Open(AuthorityDirectory), "could not be read");
    }

    [Fact]
    public void A_directory_that_can_not_be_made_is_told()
    {
        var file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");
        AssertRefused(() => CertificateAuthority.Create(Path.Combine(file, "ca"), _clock), "could not be written");
    }

    [Fact]
    public void Renewing_replaces_both_files()
    {
        using var authority = CertificateAuthority.Create(AuthorityDirectory, _clock);
        using var first = Issue(authority, "alpha");
        using var second = Issue(authority, "alpha");
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
        Assert.True(second.HasPrivateKey);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private X509Certificate2 Issue(CertificateAuthority authority, string host)
    {
        var issued = authority.Issue(HostName.Parse(host), CertificateAuthority.DefaultHostValidity, OutDirectory);
        return X509Certificate2.CreateFromPemFile(issued.CertificatePath, issued.KeyPath);
    }

    private X509Chain ChainTo(string authorityPath)
    {
        var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(authorityPath));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _clock.Now.UtcDateTime;
        return chain;
    }

    private static T Extension<T>(X509Certificate2 certificate)
        where T : X509Extension => certificate.Extensions.OfType<T>().Single();

    private static void AssertRefused(Func<object> action, string reason)
    {
        var failure = Assert.Throws<FailureException>(action);
        Assert.Equal(FailureCode.InvalidRequest, failure.Code);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(failure.Remedy));
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
