using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LivCloud.Core;

namespace LivCloud.Channel.Certificates;

/// <summary>The authority whose certificates make hosts trust each other: a directory with ca.crt and ca.key.</summary>
/// <remarks>
/// X.509v3 as RFC 5280 profiles it, ECDSA on P-256. A host presents the same certificate as server and as client, since either side may dial.
/// Only the machine that issues needs the directory; a host needs ca.crt and its own two files.
/// </remarks>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>The authority's certificate within its directory.</summary>
    public const string CertificateFileName = "ca.crt";

    /// <summary>The authority's private key within its directory.</summary>
    public const string KeyFileName = "ca.key";

    // More than the 64 bits that CA/Browser Forum baseline requirements §7.1 ask for, less than the 20 octets of RFC 5280 §4.1.2.2.
    private const int SerialNumberBytes = 16;

    // X.520 ub-common-name: a longer host name goes in the subject alternative name only.
    private const int MaxCommonNameCharacters = 64;

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // Hosts' clocks differ; a certificate is copied to them within minutes.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromHours(1);

    private readonly X509Certificate2 _certificate;
    private readonly TimeProvider _clock;

    private CertificateAuthority(X509Certificate2 certificate, TimeProvider clock) => (_certificate, _clock) = (certificate, clock);

    /// <summary>How long an authority's own certificate is valid: ten years.</summary>
    public static TimeSpan AuthorityValidity { get; } = TimeSpan.FromDays(3652);

    /// <summary>How long a host's certificate is valid unless something else is asked for: 825 days.</summary>
    public static TimeSpan DefaultHostValidity { get; } = TimeSpan.FromDays(825);

    /// <summary>The authority's distinguished name, such as "CN=LivCloud CA 5f0c11aa".</summary>
    public string Name => _certificate.Subject;

    /// <summary>The last second in which the authority's own certificate is valid.</summary>
    public DateTimeOffset NotAfter => new(_certificate.NotAfter.ToUniversalTime());

    /// <summary>Makes an authority in <paramref name="directory"/>, which is created (mode 0700) if it is missing.</summary>
    /// <exception cref="FailureException">One is there already, or the directory can not be written.</exception>
    public static CertificateAuthority Create(string directory, TimeProvider clock)
    {
        var certificatePath = Path.Combine(directory, CertificateFileName);
        var keyPath = Path.Combine(directory, KeyFileName);
        if (File.Exists(certificatePath) || File.Exists(keyPath))
        {
            throw new FailureException(
                FailureCode.InvalidRequest,
                $"A certificate authority was not made in {directory}: there is one already.",
                "Issue from the one that is there, or choose another directory; replacing an authority cuts off every host that trusts it.");
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = $"CN=LivCloud CA {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        var subjectKey = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(subjectKey);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(subjectKey));

        var now = clock.GetUtcNow();
        using var unkeyed = request.Create(
            request.SubjectName,
            X509SignatureGenerator.CreateForECDsa(key),
            now - ClockTolerance,
            now + AuthorityValidity,
            NewSerialNumber());
        PemFile.CreateDirectory(directory);
        PemFile.WriteKey(keyPath, key.ExportPkcs8PrivateKeyPem());
        PemFile.WriteCertificate(certificatePath, unkeyed.ExportCertificatePem());
        return new CertificateAuthority(unkeyed.CopyWithPrivateKey(key), clock);
    }

    /// <summary>Opens the authority that <see cref="Create"/> made in <paramref name="directory"/>.</summary>
    /// <param name="directory">Where ca.crt and ca.key are.</param>
    /// <param name="clock">Dates what is issued; null: the system's.</param>
    /// <exception cref="FailureException">There is none, or its files can not be read.</exception>
    public static CertificateAuthority Open(string directory, TimeProvider? clock = null)
    {
        var certificatePath = Path.Combine(directory, CertificateFileName);
        var keyPath = Path.Combine(directory, KeyFileName);
        if (!File.Exists(certificatePath) || !File.Exists(keyPath))
        {
            throw new FailureException(
                FailureCode.InvalidRequest,
                $"No certificate authority is in {directory}: {CertificateFileName} or {KeyFileName} is missing.",
                $"Make one with `livcloud ca init --dir {directory}`, or name the directory that has it with --dir.");
        }

        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
            return new CertificateAuthority(certificate, clock ?? TimeProvider.System);
        }
        catch (Exception ex) when (ex is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            // ArgumentException is how the framework says that key and certificate are not a pair.
            var reason = ex is ArgumentException ? "the key is not the certificate's." : ex.Message;
            throw new FailureException(
                FailureCode.InvalidRequest,
                $"The certificate authority in {directory} could not be read: {reason}",
                $"Check that {CertificateFileName} and {KeyFileName} belong together and that you may read them.",
                ex);
        }
    }

    /// <summary>Issues HOST.crt and HOST.key; files of an earlier issue are replaced, each by rename.</summary>
    /// <param name="host">The host, which the certificate names as its only DNS name.</param>
    /// <param name="validity">How long it is valid from now, but never longer than the authority's own certificate.</param>
    /// <param name="outDirectory">Where the files go; created (mode 0700) if it is missing.</param>
    /// <exception cref="FailureException">The validity is no time, the authority has expired, or a file can not be written.</exception>
    public IssuedCertificate Issue(HostName host, TimeSpan validity, string outDirectory)
    {
        if (validity <= TimeSpan.Zero || validity > AuthorityValidity)
        {
            throw new FailureException(
                FailureCode.InvalidRequest,
                $"No certificate was issued for {host}: a validity of {validity.TotalDays:0.#} days is not between 1 day and ten years.",
                $"Ask for 1 to {AuthorityValidity.TotalDays:0} days, or leave --days out for {DefaultHostValidity.TotalDays:0}.");
        }

        var now = _clock.GetUtcNow();
        if (now >= NotAfter)
        {
            throw new FailureException(
                FailureCode.InvalidRequest,
                $"No certificate was issued for {host}: the authority's own certificate expired at {NotAfter:u}.",
                "Make a new authority in another directory, then give every host its ca.crt and a certificate of it.");
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = CreateHostRequest(host, key);
        var notBefore = Later(now - ClockTolerance, new DateTimeOffset(_certificate.NotBefore.ToUniversalTime()));
        var notAfter = now + validity < NotAfter ? now + validity : NotAfter;
        using var certificate = request.Create(_certificate, notBefore, notAfter, NewSerialNumber());

        var certificatePath = Path.Combine(outDirectory, $"{host}.crt");
        var keyPath = Path.Combine(outDirectory, $"{host}.key");
        PemFile.CreateDirectory(outDirectory);
        PemFile.WriteKey(keyPath, key.ExportPkcs8PrivateKeyPem());
        PemFile.WriteCertificate(certificatePath, certificate.ExportCertificatePem());
        return new IssuedCertificate
        {
            Host = host,
            CertificatePath = certificatePath,
            KeyPath = keyPath,
            NotAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime()),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();

    private CertificateRequest CreateHostRequest(HostName host, ECDsa key)
    {
        var name = host.ToString();
        var hasCommonName = name.Length <= MaxCommonNameCharacters;
        var request = new CertificateRequest(hasCommonName ? $"CN={name}" : "", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(ServerAuthentication), new Oid(ClientAuthentication)], critical: false));

        // RFC 5280 §4.2.1.6: critical when the subject is empty.
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build(critical: !hasCommonName));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            _certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static byte[] NewSerialNumber()
    {
        var serialNumber = RandomNumberGenerator.GetBytes(SerialNumberBytes);

        // A serial number is positive and has no leading zero octet: 2 bits are fixed (RFC 5280 §4.1.2.2).
        serialNumber[0] = (byte)(serialNumber[0] & 0x7f | 0x40);
        return serialNumber;
    }
}
