using System.Globalization;
using System.Text;
using LivCloud.Agent.Relays;
using LivCloud.Core;

namespace LivCloud.Agent.Configuration;

/// <summary>`livcloud agent --check`: finds out whether an agent could start, and says what it would do.</summary>
public static class AgentCheck
{
    // unix(7): sun_path holds 108 bytes with its terminator.
    private const int MaxSocketPathBytes = 107;

    /// <summary>Checks agent.yaml, the certificates, the key, the name and the directories. Starts nothing and asks no other host.</summary>
    /// <returns>The exit code: 0, or 2 when the agent could start but something is not as it should be.</returns>
    /// <exception cref="FailureException"><see cref="FailureCode.InvalidRequest"/>: it could not start.</exception>
    public static int Run(string configurationPath, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var options = AgentFile.Read(configurationPath);
        using var certificates = AgentCertificates.Load(options);
        RequireWritable(options.StateDirectory, "state");
        RequireWritable(options.RunDirectory, "run");
        RequireShort(Path.Combine(options.MigrationDirectory(MigrationId.Create()), MigrationDirectory.Libvirt));

        output.WriteLine($"With {configurationPath} the agent of {options.Name} would");
        foreach (var line in Describe(options, certificates))
        {
            output.WriteLine($"  {line}");
        }

        var concerns = certificates.Concerns().ToList();
        concerns.ForEach(concern => output.WriteLine($"But: {concern}"));
        return concerns.Count == 0 ? ExitCode.Success : ExitCode.Usage;
    }

    private static IEnumerable<string> Describe(AgentOptions options, AgentCertificates certificates)
    {
        yield return string.Create(CultureInfo.InvariantCulture,
            $"show the certificate {options.CertificatePath}, valid until {certificates.Own.NotAfter.ToUniversalTime():yyyy-MM-dd}, with the key {options.KeyPath}");
        yield return $"trust certificates of {options.AuthorityPath}";
        yield return $"listen on {options.Listen}";
        foreach (var (peer, address) in options.Peers.OrderBy(peer => peer.Key.ToString(), StringComparer.Ordinal))
        {
            yield return address.Length > 0 ? $"dial {peer} at {address}" : $"wait for {peer} to dial";
        }

        yield return $"wait {Duration.Format(options.HoldTime)} for a lost link to come back";
        yield return $"use libvirt at {options.LibvirtUri}";
        yield return $"keep its journal in {options.StateDirectory}";
        yield return $"take commands at {options.ApiSocket}";
    }

    /// <summary>Makes sure that files can be made in a directory, or in the one that it would be made in.</summary>
    private static void RequireWritable(string directory, string setting)
    {
        var place = Path.GetFullPath(directory);
        while (!Path.Exists(place))
        {
            place = Path.GetDirectoryName(place)!;
        }

        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose };
            using var probe = new FileStream(Path.Combine(place, $".livcloud-{Path.GetRandomFileName()}"), options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(
                FailureCode.InvalidRequest, $"The agent could not use the directory {directory} because nothing can be written to {place}: {exception.Message.TrimEnd('.')}.",
                $"Run it as root, or name another directory with `{setting}` in agent.yaml.", exception);
        }
    }

    private static void RequireShort(string socket)
    {
        if (Encoding.UTF8.GetByteCount(socket) > MaxSocketPathBytes)
        {
            throw new FailureException(
                FailureCode.InvalidRequest, $"The agent could not make sockets such as {socket}: a socket's path has {MaxSocketPathBytes} bytes at most.",
                "Name a directory with a shorter path with `run` in agent.yaml.");
        }
    }
}
