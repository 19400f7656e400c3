using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LivCloud.Channel.Tests.Support;

/// <summary>A CA for tests, and the certificates that it issues, good and bad.</summary>
internal sealed class TestAuthority
{
    private static readonly Oid ServerUse = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientUse = new("1.3.6.1.5.5.7.3.2");

    public TestAuthority(string name = "Test CA")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Signing = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-3), DateTimeOffset.UtcNow.AddYears(3));
        Certificate = X509CertificateLoader.LoadCertificate(Signing.RawData);
    }

    /// <summary>The CA's certificate without its key, as hosts have it.</summary>
    public X509Certificate2 Certificate { get; }

    private X509Certificate2 Signing { get; }

    public X509Certificate2 Issue(
        string host, TimeSpan? begins = null, TimeSpan? ends = null, bool forServers = true, bool forClients = true, string? authorityAt = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        var uses = new OidCollection();
        if (forServers)
        {
            uses.Add(ServerUse);
        }

        if (forClients)
        {
            uses.Add(ClientUse);
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, false));
        if (authorityAt is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [authorityAt]));
        }

        var now = DateTimeOffset.UtcNow;
        var serial = RandomNumberGenerator.GetBytes(12);
        using var issued = request.Create(Signing, now + (begins ?? TimeSpan.FromDays(-1)), now + (ends ?? TimeSpan.FromDays(30)), serial);
        return issued.CopyWithPrivateKey(key);
    }
}
