using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace LivCloud.Transport.Sockets.Tests;

/// <summary>The program of bench/peers/udt-peer.cpp.</summary>
internal sealed class LibudtPeer : IDisposable
{
    private readonly Process _process;

    private LibudtPeer(string arguments)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("LIVCLOUD_CACHE") ?? "/var/cache/livcloud", "udt-peer");
        Assert.True(File.Exists(path), $"{path} is missing; `./dev setup` builds it.");
        _process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true })!;
    }

    public static LibudtPeer Receive(long bytes, int datagramBytes, string address) =>
        new($"recv 0 {bytes} --mss {datagramBytes + 28}{(address.Contains(':', StringComparison.Ordinal) ? " --ipv6" : "")}");

    public static LibudtPeer Send(IPEndPoint to, long bytes, int datagramBytes) => new(
        $"send {to.Address} {to.Port} {bytes} --mss {datagramBytes + 28}{(to.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? " --ipv6" : "")}");

    public async Task<int> ReadPortAsync(CancellationToken cancellationToken) =>
        int.Parse((await ReadLineAsync(cancellationToken))["port ".Length..], CultureInfo.InvariantCulture);

    public async Task<LibudtReport> ReadReportAsync(CancellationToken cancellationToken)
    {
        string line;
        do
        {
            // Before it, the peer tells of its progress.
            line = await ReadLineAsync(cancellationToken);
        }
        while (!line.StartsWith("bytes ", StringComparison.Ordinal));

        var words = line.Split(' ');
        return new LibudtReport(long.Parse(words[1], CultureInfo.InvariantCulture), double.Parse(words[3], CultureInfo.InvariantCulture), words[^1] == "ok");
    }

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("The peer ended without a word.");
}

/// <summary>What the peer says at its end.</summary>
internal sealed record LibudtReport(long Bytes, double Seconds, bool IsIntact);
