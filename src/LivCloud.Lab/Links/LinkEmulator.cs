using System.Net.Sockets;
using System.Text.Json;
using LivCloud.Lab.Native;
using LivCloud.Lab.Processes;

namespace LivCloud.Lab.Links;

/// <summary>The process that plays one link between two sites, in user space because netem is not in every kernel.</summary>
/// <remarks>It makes two TAPs in its own network namespace and moves them to the sites' namespaces; its descriptors stay valid.
/// A unix socket takes one JSON line per connection and answers with one.</remarks>
public sealed class LinkEmulator : IDisposable
{
    private const int MaxCommandBytes = 4096;
    private readonly TapDevice _left, _right;
    private readonly PacketCapture _capture = new();
    private readonly LinkDirection _leftToRight, _rightToLeft;

    private LinkEmulator(TapDevice left, TapDevice right, LinkSettings settings)
    {
        (_left, _right) = (left, right);
        _leftToRight = new LinkDirection(left, right, settings, stream: 0, _capture);
        _rightToLeft = new LinkDirection(right, left, settings, stream: 1, _capture);
    }

    /// <summary>Runs a link until the process is told to end.</summary>
    /// <param name="name">The interfaces' name in both sites.</param>
    /// <param name="leftNamespace">The network namespace of the one end.</param>
    /// <param name="rightNamespace">The network namespace of the other end.</param>
    /// <param name="settings">What the link does to packets at first.</param>
    /// <param name="socketPath">Where to listen for commands; the socket appears when the link is ready.</param>
    /// <param name="cancellationToken">Ends the link.</param>
    public static async Task RunAsync(
        string name, string leftNamespace, string rightNamespace, LinkSettings settings, string socketPath, CancellationToken cancellationToken)
    {
        using var left = new TapDevice("left");
        using var right = new TapDevice("right");
        foreach (var (tap, target) in new[] { ("left", leftNamespace), ("right", rightNamespace) })
        {
            await CommandRunner.RunCheckedAsync(["ip", "link", "set", tap, "txqueuelen", "10000"], cancellationToken);
            await CommandRunner.RunCheckedAsync(["ip", "link", "set", tap, "netns", target, "name", name], cancellationToken);
        }

        using var emulator = new LinkEmulator(left, right, settings);
        var threads = new[] { emulator._leftToRight, emulator._rightToLeft }
            .Select((direction, index) => new Thread(direction.Run) { Name = index == 0 ? "left to right" : "right to left" }).ToList();
        threads.ForEach(thread => thread.Start());
        try
        {
            await emulator.ServeAsync(socketPath, cancellationToken);
        }
        finally
        {
            emulator._leftToRight.Stop();
            emulator._rightToLeft.Stop();
            threads.ForEach(thread => thread.Join());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _capture.Dispose();
        _left.Dispose();
        _right.Dispose();
    }

    private async Task ServeAsync(string socketPath, CancellationToken cancellationToken)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socketPath));
        listener.Listen(16);
        var buffer = new byte[MaxCommandBytes];
        while (!cancellationToken.IsCancellationRequested)
        {
            using var connection = await listener.AcceptAsync(cancellationToken);
            try
            {
                var length = await connection.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
                var answer = Obey(buffer.AsSpan(0, length));
                await connection.SendAsync(JsonSerializer.SerializeToUtf8Bytes(answer, LinkJson.Default.LinkAnswer), SocketFlags.None, cancellationToken);
            }
            catch (SocketException)
            {
                // The asker went away; the link goes on.
            }
        }
    }

    private LinkAnswer Obey(ReadOnlySpan<byte> line)
    {
        LinkCommand? command;
        try
        {
            command = JsonSerializer.Deserialize(line, LinkJson.Default.LinkCommand);
        }
        catch (JsonException ex)
        {
            return new LinkAnswer($"This is no command: {ex.Message}", null);
        }

        switch (command?.Do)
        {
            case "set":
                var settings = command.ApplyTo(_leftToRight.Settings);
                if (settings.Problem is { } problem)
                {
                    return new LinkAnswer($"{problem}.", null);
                }

                _leftToRight.Settings = _rightToLeft.Settings = settings;
                break;
            case "cut":
                var until = command.ForSeconds is { } seconds ? MonotonicClock.Now + (long)(seconds * 1e9) : long.MaxValue;
                _leftToRight.Cut(until);
                _rightToLeft.Cut(until);
                break;
            case "restore":
                _leftToRight.Restore();
                _rightToLeft.Restore();
                break;
            case "capture" when command.Path is { } path:
                try
                {
                    _capture.Start(path);
                }
                catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
                {
                    return new LinkAnswer($"The capture file can not be written: {ex.Message}", null);
                }

                break;
            case "stop-capture":
                _capture.Stop();
                break;
            case "show":
                break;
            default:
                return new LinkAnswer($"The command '{command?.Do}' is not known.", null);
        }

        return new LinkAnswer(null, new LinkStatistics(
            _leftToRight.Settings.ToString(), MonotonicClock.Now < _leftToRight.CutUntil, _capture.Path,
            _leftToRight.Statistics, _rightToLeft.Statistics, Environment.CpuUsage.TotalTime.TotalSeconds));
    }
}
