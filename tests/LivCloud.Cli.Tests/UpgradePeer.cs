using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LivCloud.Api;

namespace LivCloud.Cli.Tests;

/// <summary>An agent that knows one host and connects to it, on bare sockets.</summary>
/// <remarks>Kestrel ends both directions of an HTTP/1.1 connection when its client ends one, so half-close needs another peer.</remarks>
internal sealed class UpgradePeer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _finished = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("livcloud-cli-").FullName;
    private readonly Func<Socket, CancellationToken, Task> _libvirt;
    private readonly Task _serving;

    public UpgradePeer(Func<Socket, CancellationToken, Task> libvirt)
    {
        _libvirt = libvirt;
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        _serving = ServeAsync();
    }

    public string SocketPath => Path.Combine(_directory, "agent.sock");

    public string DoorPath => Path.Combine(_directory, "beta.sock");

    public async ValueTask DisposeAsync()
    {
        await _finished.CancelAsync();
        await _serving;
        _listener.Dispose();
        _finished.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(AnswerAsync(await _listener.AcceptAsync(_finished.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using (socket)
        {
            var head = await ReadHeadAsync(socket);
            if (head.StartsWith("POST /v1/hosts/beta/connect HTTP/1.1\r\n", StringComparison.Ordinal))
            {
                Assert.Contains("\r\nConnection: Upgrade\r\n", head, StringComparison.Ordinal);
                Assert.Contains("\r\nUpgrade: livcloud-libvirt\r\n", head, StringComparison.Ordinal);

                // The first of libvirt's bytes arrive with the headers.
                await socket.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: livcloud-libvirt\r\n\r\nhello"u8.ToArray());
                await _libvirt(socket, _finished.Token);
                return;
            }

            var body = JsonSerializer.SerializeToUtf8Bytes(Samples.Beta, ApiJson.Options);
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
            await socket.SendAsync(body);
        }
    }

    private async Task<string> ReadHeadAsync(Socket socket)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            Assert.Equal(1, await socket.ReceiveAsync(one, _finished.Token));
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
