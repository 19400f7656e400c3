using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LivCloud.Cli.Output;
using LivCloud.Core;

namespace LivCloud.Cli.Commands;

/// <summary>`livcloud ca show`: what a certificate says.</summary>
internal static class CaShowCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var file = new Argument<string>("FILE") { Description = "A certificate, PEM." };
        var json = CommonArguments.Json();
        var command = new Command("show", """
            Show a certificate's names, validity and issuer.

            Examples:
              livcloud ca show alpha/alpha.crt
              livcloud ca show ca/ca.crt --json
            """) { file, json };
        command.SetAction(async (parsed, _) =>
        {
            using var certificate = Load(parsed.GetRequiredValue(file));
            var summary = Summary.Of(certificate, environment.Clock.GetUtcNow());
            await (parsed.GetValue(json) ? environment.Output.WriteJsonAsync(summary) : environment.Output.WriteLineAsync(summary.ToText()));
            return ExitCode.Success;
        });
        return command;
    }

    private static X509Certificate2 Load(string path)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(File.ReadAllBytes(path));
        }
        catch (Exception ex) when (ex is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // What the cryptographic library says is a code for its developers.
            var why = ex switch
            {
                CryptographicException => "it holds no certificate",
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                _ => ex.Message.TrimEnd('.'),
            };
            throw new FailureException(
                FailureCode.InvalidRequest,
                $"{path} could not be read as a certificate: {why}.",
                "Name a .crt file that you may read, such as ca/ca.crt.",
                ex);
        }
    }

    private sealed record Summary
    {
        public required string Subject { get; init; }

        public required IReadOnlyList<string> Names { get; init; }

        public required string Issuer { get; init; }

        public required DateTimeOffset NotBefore { get; init; }

        public required DateTimeOffset NotAfter { get; init; }

        public required bool Valid { get; init; }

        public required bool IsAuthority { get; init; }

        public required string SerialNumber { get; init; }

        public required string Sha256 { get; init; }

        public static Summary Of(X509Certificate2 certificate, DateTimeOffset now)
        {
            var notBefore = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
            var notAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
            return new Summary
            {
                Subject = certificate.Subject,
                Names = [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames())],
                Issuer = certificate.Issuer,
                NotBefore = notBefore,
                NotAfter = notAfter,
                Valid = notBefore <= now && now <= notAfter,
                IsAuthority = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(basic => basic.CertificateAuthority),
                SerialNumber = certificate.SerialNumber,
                Sha256 = certificate.GetCertHashString(HashAlgorithmName.SHA256),
            };
        }

        public string ToText() =>
            $"""
            subject      {Subject}{(IsAuthority ? " (an authority)" : "")}
            names        {(Names.Count > 0 ? string.Join(", ", Names) : "none")}
            issuer       {Issuer}
            valid from   {NotBefore:u}
            valid until  {NotAfter:u}{(Valid ? "" : " (NOT VALID NOW)")}
            serial       {SerialNumber}
            SHA-256      {Sha256}
            """;
    }
}
