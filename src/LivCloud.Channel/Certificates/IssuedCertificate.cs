using LivCloud.Core;

namespace LivCloud.Channel.Certificates;

/// <summary>A host's certificate that was just issued, and where it lies.</summary>
public sealed record IssuedCertificate
{
    /// <summary>The host that it names.</summary>
    public required HostName Host { get; init; }

    /// <summary>The certificate, PEM.</summary>
    public required string CertificatePath { get; init; }

    /// <summary>Its private key, PEM (PKCS#8), readable by its owner only.</summary>
    public required string KeyPath { get; init; }

    /// <summary>The last second in which it is valid.</summary>
    public required DateTimeOffset NotAfter { get; init; }
}
