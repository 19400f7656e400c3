using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using LivCloud.Core;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace LivCloud.Agent.Configuration;

/// <summary>Reads agent.yaml; every mistake is named with its line.</summary>
public static partial class AgentFile
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="FailureException"><see cref="FailureCode.InvalidRequest"/>: it can not be read or something in it is wrong.</exception>
    public static AgentOptions Read(string path)
    {
        try
        {
            return new FileInfo(path) switch
            {
                { Exists: false } => throw Wrong(Directory.Exists(path) ? "it is a directory" : "there is no such file"),
                { Length: > MaxBytes } => throw Wrong("it is larger than 1 MiB"),
                _ => Parse(File.ReadAllText(path), Path.GetDirectoryName(Path.GetFullPath(path))!),
            };
        }
        catch (YamlException exception)
        {
            throw Wrong($"line {exception.Start.Line}: {Describe(exception)}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"it can not be read: {exception.Message.TrimEnd('.')}", exception);
        }
        catch (FormatException exception)
        {
            throw Wrong(exception.Message, exception);
        }

        FailureException Wrong(string why, Exception? inner = null) => new(
            FailureCode.InvalidRequest, $"The agent can not start with {path}: {why.TrimEnd('.')}.",
            "docs/operating.md has a complete agent.yaml (an installed host has it in share/doc/livcloud); `livcloud agent --check` checks one.", inner);
    }

    /// <summary>The parser's words, but of a setting that there is not: it names a class of ours there.</summary>
    private static string Describe(YamlException exception)
    {
        var message = exception.InnerException?.Message ?? exception.Message;
        var unknown = UnknownSetting().Match(message);
        return unknown.Success
            ? $"there is no setting '{unknown.Groups[1].Value}'{(message.Contains($"+{nameof(Peer)}'", StringComparison.Ordinal) ? " of a peer" : "")}"
            : message;
    }

    [GeneratedRegex("^Property '(.*)' not found on type ")]
    private static partial Regex UnknownSetting();

    private static AgentOptions Parse(string text, string directory)
    {
        var document = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().Build()
            .Deserialize<Document?>(text) ?? throw new FormatException("it is empty");
        var name = document.Name is null ? throw new FormatException("'name' is missing") : HostName.Parse(document.Name);
        return new AgentOptions
        {
            Name = name,
            Listen = ParseListen(document.Listen),
            CertificatePath = Full(document.Certificate ?? $"{name}.crt"),
            KeyPath = Full(document.Key ?? $"{name}.key"),
            AuthorityPath = Full(document.Ca ?? "ca.crt"),
            Peers = ParsePeers(document.Peers, name),
            HoldTime = ParseHoldTime(document.HoldTime),
            Links = document.Links is null or (>= 1 and <= 16) ? document.Links ?? 1 : throw new FormatException("'links' must be 1 to 16"),
            Transport = ParseTransport(document.Transport),
            CongestionControl = ParseCongestionControl(document.CongestionControl),
            LibvirtUri = document.Libvirt ?? "qemu:///system",
            LibvirtSocket = document.LibvirtSocket,
            StateDirectory = document.State ?? "/var/lib/livcloud",
            RunDirectory = document.Run ?? "/run/livcloud",
        };

        string Full(string path) => Path.GetFullPath(path, directory);
    }

    private static IPEndPoint ParseListen(string? text)
    {
        if (text is null)
        {
            return new IPEndPoint(IPAddress.Any, AgentOptions.DefaultPort);
        }

        // A bare number is a port; as an address it would be one of the forms of inet_aton(3) that nobody means.
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port != 0)
        {
            return new IPEndPoint(IPAddress.Any, port);
        }

        if (!IPEndPoint.TryParse(text, out var endpoint) || !text.Contains('.', StringComparison.Ordinal) && !text.Contains(':', StringComparison.Ordinal))
        {
            throw new FormatException($"'listen: {text}' is no address and port such as 0.0.0.0:8470 or [::]:8470");
        }

        return endpoint.Port != 0 || text.EndsWith(":0", StringComparison.Ordinal) ? endpoint : new IPEndPoint(endpoint.Address, AgentOptions.DefaultPort);
    }

    private static Dictionary<HostName, string> ParsePeers(List<Peer?>? entries, HostName self)
    {
        var peers = new Dictionary<HostName, string>();
        foreach (var entry in entries ?? [])
        {
            var name = HostName.Parse(entry?.Name ?? throw new FormatException("a peer has no 'name'"));
            if (name == self)
            {
                throw new FormatException($"'{name}' is this host and can not be its own peer");
            }

            if (!peers.TryAdd(name, WithPort(entry?.Address ?? "")))
            {
                throw new FormatException($"the peer '{name}' is named twice");
            }
        }

        return peers;
    }

    private static string WithPort(string address)
    {
        var afterHost = address.LastIndexOf(']') + 1;
        return address.Length == 0 || address.IndexOf(':', afterHost) >= 0 ? address : $"{address}:{AgentOptions.DefaultPort}";
    }

    private static TimeSpan ParseHoldTime(string? text)
    {
        if (text is null)
        {
            return TimeSpan.FromSeconds(120);
        }

        return Duration.TryParse(text, out var span) && span >= TimeSpan.FromSeconds(1) && span <= TimeSpan.FromHours(1)
            ? span
            : throw new FormatException($"'holdTime: {text}' must be 1s to 1h");
    }

    private static LinkTransport ParseTransport(string? text) => text switch
    {
        null or "auto" => LinkTransport.Auto,
        "tcp" => LinkTransport.Tcp,
        "udt" => LinkTransport.Udt,
        _ => throw new FormatException($"'transport: {text}' must be auto, tcp or udt"),
    };

    private static string? ParseCongestionControl(string? text) => text switch
    {
        null => "bbr",
        "system" => null,
        { Length: > 0 and < 16 } when text.All(char.IsAsciiLetterOrDigit) => text,
        _ => throw new FormatException($"'congestionControl: {text}' must be the name of one that the system has (sysctl net.ipv4.tcp_available_congestion_control), or system"),
    };

    private sealed class Document
    {
        public string? Name { get; set; }

        public string? Listen { get; set; }

        public string? Certificate { get; set; }

        public string? Key { get; set; }

        public string? Ca { get; set; }

        public List<Peer?>? Peers { get; set; }

        public string? HoldTime { get; set; }

        public int? Links { get; set; }

        public string? Transport { get; set; }

        public string? CongestionControl { get; set; }

        public string? Libvirt { get; set; }

        public string? LibvirtSocket { get; set; }

        public string? State { get; set; }

        public string? Run { get; set; }
    }

    private sealed class Peer
    {
        public string? Name { get; set; }

        public string? Address { get; set; }
    }
}
