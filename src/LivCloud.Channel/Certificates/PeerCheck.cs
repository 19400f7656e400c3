using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LivCloud.Core;

namespace LivCloud.Channel.Certificates;

/// <summary>Checks the other end's certificate against our CA, and reads from it which host that is.</summary>
internal sealed class PeerCheck(X509Certificate2 authority)
{
    private const int MaxNameRunes = 100;
    private static readonly Oid ServerUse = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientUse = new("1.3.6.1.5.5.7.3.2");

    /// <summary>Checks a certificate that may be of any of these hosts.</summary>
    /// <param name="certificate">What the other end presented; null when it presented none.</param>
    /// <param name="isServer">Whether the other end is the one that accepts.</param>
    /// <param name="allowed">The hosts that it may be.</param>
    public PeerVerdict Check(X509Certificate2? certificate, bool isServer, IReadOnlyCollection<HostName> allowed)
    {
        if (certificate is null)
        {
            return new PeerVerdict.Refused("no certificate was presented");
        }

        using var chain = new X509Chain { ChainPolicy = Policy(isServer) };
        if (!chain.Build(certificate))
        {
            return new PeerVerdict.Refused(Describe(certificate, chain.ChainStatus, isServer));
        }

        var names = Names(certificate);
        foreach (var name in names)
        {
            if (allowed.Contains(name))
            {
                return new PeerVerdict.Trusted(name);
            }
        }

        var madeFor = names.Count == 0 ? "no host (it has no DNS name)" : string.Join(", ", names);
        return new PeerVerdict.Refused(isServer
            ? $"it was made for {madeFor}, not for {string.Join(" or ", allowed)}"
            : $"it was made for {madeFor}, which is not among the configured peers");
    }

    private X509ChainPolicy Policy(bool isServer)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(authority);
        policy.ApplicationPolicy.Add(isServer ? ServerUse : ClientUse);
        return policy;
    }

    private string Describe(X509Certificate2 certificate, X509ChainStatus[] statuses, bool isServer)
    {
        var flags = statuses.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if (flags.HasFlag(X509ChainStatusFlags.UntrustedRoot) || flags.HasFlag(X509ChainStatusFlags.PartialChain)
            || flags.HasFlag(X509ChainStatusFlags.NotSignatureValid))
        {
            return $"it was issued by another CA ({CommonName(certificate.IssuerName)}), not by {CommonName(authority.SubjectName)} "
                + $"with the fingerprint {Fingerprint(authority)}";
        }

        if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return DescribeTime(certificate);
        }

        return flags.HasFlag(X509ChainStatusFlags.NotValidForUsage)
            ? $"it is not made for TLS {(isServer ? "servers" : "clients")} (extended key usage)"
            : $"it is not valid ({flags})";
    }

    private string DescribeTime(X509Certificate2 certificate)
    {
        var now = DateTime.UtcNow;
        var (which, end, begin) = now > certificate.NotAfter.ToUniversalTime() || now < certificate.NotBefore.ToUniversalTime()
            ? ("it", certificate.NotAfter.ToUniversalTime(), certificate.NotBefore.ToUniversalTime())
            : ("the CA's certificate", authority.NotAfter.ToUniversalTime(), authority.NotBefore.ToUniversalTime());
        return now > end
            ? string.Create(CultureInfo.InvariantCulture, $"{which} expired on {end:yyyy-MM-dd HH:mm} UTC")
            : string.Create(CultureInfo.InvariantCulture, $"{which} is valid only from {begin:yyyy-MM-dd HH:mm} UTC on, and it is {now:yyyy-MM-dd HH:mm} UTC here");
    }

    internal static List<HostName> Names(X509Certificate2 certificate)
    {
        var names = new List<HostName>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension is not X509SubjectAlternativeNameExtension alternatives)
            {
                continue;
            }

            foreach (var dnsName in alternatives.EnumerateDnsNames())
            {
                if (HostName.TryParse(dnsName, out var name))
                {
                    names.Add(name);
                }
            }
        }

        return names;
    }

    /// <summary>A name as messages and logs may show it: a stranger has chosen it.</summary>
    private static string CommonName(X500DistinguishedName name)
    {
        var text = name.Name;
        var shown = new StringBuilder();
        foreach (var rune in (text.StartsWith("CN=", StringComparison.Ordinal) ? text[3..] : text).EnumerateRunes().Take(MaxNameRunes))
        {
            shown.Append(IsPlain(rune) ? rune.ToString() : "\uFFFD");
        }

        return shown.ToString();
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static string Fingerprint(X509Certificate2 certificate) =>
        Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256))[..16];
}
