using LivCloud.Channel.Certificates;
using LivCloud.Core;

namespace LivCloud.Lab.Hosts;

/// <summary>Makes a certificate authority for a lab and a certificate for each host.</summary>
internal static class LabCertificates
{
    public static void Issue(string authorityDirectory, IEnumerable<(string Host, string Directory)> hosts)
    {
        using var authority = CertificateAuthority.Create(authorityDirectory, TimeProvider.System);
        foreach (var (host, directory) in hosts)
        {
            authority.Issue(HostName.Parse(host), CertificateAuthority.DefaultHostValidity, directory);
            File.Copy(Path.Combine(authorityDirectory, CertificateAuthority.CertificateFileName), Path.Combine(directory, CertificateAuthority.CertificateFileName), overwrite: true);
        }
    }
}
