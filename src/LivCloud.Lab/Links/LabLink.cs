using System.Net.Sockets;
using System.Text.Json;
using LivCloud.Core;
using LivCloud.Lab.Topology;

namespace LivCloud.Lab.Links;

/// <summary>A link of a lab that is up.</summary>
public sealed class LabLink
{
    private const int MaxAnswerBytes = 65536;
    private readonly string _socketPath;

    internal LabLink(LabLinkSpec spec, string socketPath) => (Spec, _socketPath) = (spec, socketPath);

    /// <summary>The link as the lab file describes it.</summary>
    public LabLinkSpec Spec { get; }

    /// <summary>Its name.</summary>
    public string Name => Spec.Name;

    /// <summary>Changes what the link does to packets from now on; what is null stays.</summary>
    /// <exception cref="LabException">The values make no sense together, or the link does not answer.</exception>
    public Task<LinkStatistics> SetAsync(
        Bandwidth? rate = null, TimeSpan? delay = null, TimeSpan? jitter = null, double? loss = null, LinkQueueLimit? queue = null, ulong? seed = null,
        TimeSpan? grain = null, Bandwidth? udpRate = null, int? mtu = null, CancellationToken cancellationToken = default) =>
        AskAsync(new LinkCommand
        {
            Do = "set",
            BitsPerSecond = rate?.BitsPerSecond,
            DelayMicroseconds = (long?)delay?.TotalMicroseconds,
            JitterMicroseconds = (long?)jitter?.TotalMicroseconds,
            Loss = loss,
            Queue = queue?.ToString(),
            Seed = seed,
            UdpBitsPerSecond = udpRate?.BitsPerSecond,
            Mtu = mtu,
            GrainMicroseconds = (long?)grain?.TotalMicroseconds,
        }, cancellationToken);

    /// <summary>Lets nothing through, and loses what is under way.</summary>
    /// <param name="time">How long; null until <see cref="RestoreAsync"/>. The link counts the time itself.</param>
    /// <param name="cancellationToken">Gives up asking.</param>
    public Task<LinkStatistics> CutAsync(TimeSpan? time = null, CancellationToken cancellationToken = default) =>
        AskAsync(new LinkCommand { Do = "cut", ForSeconds = time?.TotalSeconds }, cancellationToken);

    /// <summary>Ends a cut.</summary>
    public Task<LinkStatistics> RestoreAsync(CancellationToken cancellationToken = default) =>
        AskAsync(new LinkCommand { Do = "restore" }, cancellationToken);

    /// <summary>Records every packet that gets onto the wire, in both directions, into a pcap file.</summary>
    public Task<LinkStatistics> CaptureAsync(string path, CancellationToken cancellationToken = default) =>
        AskAsync(new LinkCommand { Do = "capture", Path = Path.GetFullPath(path) }, cancellationToken);

    /// <summary>Ends the recording; the file is complete afterwards.</summary>
    public Task<LinkStatistics> StopCaptureAsync(CancellationToken cancellationToken = default) =>
        AskAsync(new LinkCommand { Do = "stop-capture" }, cancellationToken);

    /// <summary>What the link did so far.</summary>
    public Task<LinkStatistics> StatisticsAsync(CancellationToken cancellationToken = default) =>
        AskAsync(new LinkCommand { Do = "show" }, cancellationToken);

    private async Task<LinkStatistics> AskAsync(LinkCommand command, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath), cancellationToken);
            await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(command, LinkJson.Default.LinkCommand), SocketFlags.None, cancellationToken);
            var buffer = new byte[MaxAnswerBytes];
            var length = 0;
            while (await socket.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, cancellationToken) is > 0 and var received)
            {
                length += received;
            }

            var answer = JsonSerializer.Deserialize(buffer.AsSpan(0, length), LinkJson.Default.LinkAnswer);
            return answer?.Statistics ?? throw new LabException(LabError.Invalid, $"The link '{Name}' refused that: {answer?.Error}");
        }
        catch (Exception ex) when (ex is SocketException or JsonException)
        {
            throw new LabException(LabError.Failed, $"The emulator of the link '{Name}' does not answer on '{_socketPath}'.", ex);
        }
    }
}
