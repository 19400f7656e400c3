using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using LivCloud.Channel.Certificates;
using LivCloud.Core;

namespace LivCloud.Channel.Links;

/// <summary>TLS 1.3 with certificates on both sides, and the check of the other end's.</summary>
internal sealed class TlsSettings
{
    private static readonly List<SslApplicationProtocol> Protocols = [new("livcloud/1")];
    private readonly SslStreamCertificateContext _certificate;
    private readonly X509Certificate2 _authority;
    private readonly PeerCheck _check;

    public TlsSettings(X509Certificate2 certificate, X509Certificate2 authority)
    {
        _certificate = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        _authority = authority;
        _check = new PeerCheck(authority);
    }

    /// <summary>Does the handshake of the end that dials. A peer that is not trusted is refused within it.</summary>
    public async Task<PeerVerdict> AuthenticateAsDialerAsync(SslStream stream, HostName peer, CancellationToken cancellationToken)
    {
        PeerVerdict verdict = new PeerVerdict.Refused("no certificate was presented");
        var isChecked = false;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = peer.ToString(),
            ClientCertificateContext = _certificate,
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = Protocols,
            AllowTlsResume = false,
            CertificateChainPolicy = ChainPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                verdict = _check.Check(certificate as X509Certificate2, isServer: true, [peer]);
                isChecked = true;
                return verdict is PeerVerdict.Trusted;
            },
        };
        try
        {
            await stream.AuthenticateAsClientAsync(options, cancellationToken);
            return CheckProtocol(stream, verdict);
        }
        catch (AuthenticationException) when (isChecked && verdict is PeerVerdict.Refused)
        {
            return verdict;
        }
    }

    /// <summary>Does the handshake of the end that accepts.</summary>
    /// <remarks>
    /// The handshake succeeds with any certificate, or none, and the verdict comes back: .NET sends no TLS alert on Linux, and a dialer should
    /// be told why it is refused. Only a trusted verdict holds a peer's name, without which nothing that the other end sends is read.
    /// </remarks>
    public async Task<PeerVerdict> AuthenticateAsAcceptorAsync(SslStream stream, IReadOnlyCollection<HostName> peers, CancellationToken cancellationToken)
    {
        PeerVerdict verdict = new PeerVerdict.Refused("no certificate was presented");
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _certificate,
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = Protocols,
            AllowTlsResume = false,
            AllowRenegotiation = false,
            CertificateChainPolicy = ChainPolicy(),
#pragma warning disable CA5359 // The verdict decides: nothing is read from an end that it does not trust (see the remarks).
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                verdict = _check.Check(certificate as X509Certificate2, isServer: false, peers);
                return true;
            },
#pragma warning restore CA5359
        };
        await stream.AuthenticateAsServerAsync(options, cancellationToken);
        return CheckProtocol(stream, verdict);
    }

    /// <summary>How SslStream builds its own chain, which it does before it asks us and whose outcome we ignore: without asking the network.</summary>
    /// <remarks>Otherwise it would fetch the missing issuer of a stranger's certificate from wherever that certificate says.</remarks>
    private X509ChainPolicy ChainPolicy() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { _authority },
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };

    private static PeerVerdict CheckProtocol(SslStream stream, PeerVerdict verdict) =>
        stream.NegotiatedApplicationProtocol == Protocols[0] ? verdict : new PeerVerdict.Refused("the other end does not speak livcloud/1");
}
