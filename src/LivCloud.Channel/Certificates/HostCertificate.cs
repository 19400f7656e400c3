using System.Security.Cryptography.X509Certificates;
using LivCloud.Core;

namespace LivCloud.Channel.Certificates;

/// <summary>What a host can tell about its own certificate before it shows it to others.</summary>
public static class HostCertificate
{
    /// <summary>The hosts that a certificate is for; empty when it names none.</summary>
    public static IReadOnlyList<HostName> Names(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return PeerCheck.Names(certificate);
    }

    /// <summary>Why a peer that trusts <paramref name="authority"/> would refuse a certificate of <paramref name="host"/>, as a clause; null when it would not.</summary>
    public static string? Objection(X509Certificate2 certificate, X509Certificate2 authority, HostName host)
    {
        var check = new PeerCheck(authority);
        return (check.Check(certificate, isServer: true, [host]) as PeerVerdict.Refused ?? check.Check(certificate, isServer: false, [host]) as PeerVerdict.Refused)?.Reason;
    }
}
