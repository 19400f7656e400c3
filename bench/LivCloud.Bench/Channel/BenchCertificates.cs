using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LivCloud.Bench.Channel;

/// <summary>A CA and two hosts for one run.</summary>
internal static class BenchCertificates
{
    public const string Sender = "sender";
    public const string Receiver = "receiver";

    public static void Write(string directory)
    {
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Bench CA", caKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var ca = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllBytes(Path.Combine(directory, "ca.der"), ca.RawData);
        foreach (var host in new[] { Sender, Receiver })
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var hostRequest = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            hostRequest.CertificateExtensions.Add(names.Build());
            hostRequest.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
            using var issued = hostRequest.Create(ca, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
            using var whole = issued.CopyWithPrivateKey(key);
            File.WriteAllBytes(Path.Combine(directory, $"{host}.pfx"), whole.Export(X509ContentType.Pfx));
        }
    }

    public static X509Certificate2 Authority(string directory) => X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory, "ca.der"));

    public static X509Certificate2 Host(string directory, string host) =>
        X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(directory, $"{host}.pfx"), null);
}
