using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LivCloud.Channel.Certificates;
using LivCloud.Core;

namespace LivCloud.Agent.Configuration;

/// <summary>The certificates that an agent shows and trusts: read, and checked against each other and the agent's name.</summary>
internal sealed class AgentCertificates : IDisposable
{
    private const UnixFileMode OthersMayRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly AgentOptions _options;

    private AgentCertificates(AgentOptions options, X509Certificate2 own, X509Certificate2 authority) => (_options, Own, Authority) = (options, own, authority);

    /// <summary>This host's certificate with its key.</summary>
    public X509Certificate2 Own { get; }

    /// <summary>The authority's certificate.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>Reads them.</summary>
    /// <exception cref="FailureException"><see cref="FailureCode.InvalidRequest"/>: a file can not be read, the key is another's, or the certificate is for another host.</exception>
    public static AgentCertificates Load(AgentOptions options)
    {
        var authority = ReadCertificate(options.AuthorityPath);
        try
        {
            using var unkeyed = ReadCertificate(options.CertificatePath);
            var own = ReadWithKey(unkeyed, options);
            if (HostCertificate.Names(own) is var names && !names.Contains(options.Name))
            {
                own.Dispose();
                throw Wrong(
                    $"it is `name: {options.Name}` in agent.yaml, but its certificate {options.CertificatePath} is for {(names.Count > 0 ? string.Join(", ", names) : "no host")}",
                    $"Correct `name` or `certificate`, or make a certificate with `livcloud ca issue {options.Name}`.");
            }

            return new AgentCertificates(options, own, authority);
        }
        catch
        {
            authority.Dispose();
            throw;
        }
    }

    /// <summary>What peers will object to or others may misuse, each in one sentence with what helps. The agent runs with it nevertheless: a VM may wait for it.</summary>
    public IEnumerable<string> Concerns()
    {
        if (HostCertificate.Objection(Own, Authority, _options.Name) is { } objection)
        {
            yield return $"Peers will refuse the certificate {_options.CertificatePath}: {objection}. `livcloud ca issue {_options.Name}` makes a new one.";
        }

        if ((File.GetUnixFileMode(_options.KeyPath) & OthersMayRead) != 0)
        {
            yield return $"The key {_options.KeyPath} can be read by others than its owner, who could then pass for this host. `chmod 600 {_options.KeyPath}` mends it.";
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Own.Dispose();
        Authority.Dispose();
    }

    private static X509Certificate2 ReadCertificate(string path)
    {
        try
        {
            // Read here: of a file that it can not read, the cryptographic library says only that it holds no certificate.
            return X509CertificateLoader.LoadCertificate(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is CryptographicException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw Wrong(exception is CryptographicException ? $"{path} is no certificate" : $"the certificate {path} does not exist",
                "`livcloud ca issue HOST` makes certificates.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"the certificate {path} can not be read: {exception.Message.TrimEnd('.')}", "Run the agent as root, or see to it that it may read the file.", exception);
        }
    }

    private static X509Certificate2 ReadWithKey(X509Certificate2 unkeyed, AgentOptions options)
    {
        try
        {
            return X509Certificate2.CreateFromPem(unkeyed.ExportCertificatePem(), File.ReadAllText(options.KeyPath));
        }
        catch (ArgumentException exception)
        {
            // That is how the framework says that key and certificate are not a pair.
            throw Wrong($"the key {options.KeyPath} does not belong to the certificate {options.CertificatePath}",
                $"`livcloud ca issue {options.Name}` writes both, {options.Name}.crt and {options.Name}.key; put both in place.", exception);
        }
        catch (CryptographicException exception)
        {
            throw Wrong($"{options.KeyPath} holds no key", $"`livcloud ca issue {options.Name}` writes {options.Name}.key.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"the key {options.KeyPath} can not be read: {exception.Message.TrimEnd('.')}", "Run the agent as root, or see to it that it may read the file.", exception);
        }
    }

    private static FailureException Wrong(string why, string remedy, Exception? inner = null) =>
        new(FailureCode.InvalidRequest, $"The agent can not start because {why}.", remedy, inner);
}
