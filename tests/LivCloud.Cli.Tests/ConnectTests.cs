using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using LivCloud.Core;

namespace LivCloud.Cli.Tests;

[SupportedOSPlatform("linux")]
public sealed class ConnectTests
{
    [Fact]
    public async Task Bytes_are_relayed_both_ways_and_half_close_is_kept()
    {
        await using var agent = await StartAsync();

        // Answers only once its peer has ended its direction.
        agent.Libvirt = async (stream, cancellationToken) =>
        {
            using var received = new MemoryStream();
            await stream.CopyToAsync(received, cancellationToken);
            await stream.WriteAsync(SHA256.HashData(received.ToArray()), cancellationToken);
        };
        using var run = new CommandRun(agent.SocketPath);
        var path = Path.Combine(agent.Scratch, "beta.sock");
        var running = run.RunAsync("connect", "beta", "--socket", path);
        await CommandRun.UntilAsync(() => run.Output.Contains("virsh", StringComparison.Ordinal));
        Assert.StartsWith($"qemu+unix:///system?socket={path}\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        var sent = RandomNumberGenerator.GetBytes(3_000_000);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            Assert.Equal(SHA256.HashData(sent), await ExchangeAsync(path, sent));
        }

        run.Interruption.Raise();
        Assert.Equal(ExitCode.Interrupted, await running);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task The_far_end_may_close_its_direction_first()
    {
        await using var agent = await StartAsync();
        var received = new MemoryStream();
        var ended = new TaskCompletionSource();
        agent.Libvirt = async (stream, cancellationToken) =>
        {
            await stream.WriteAsync("welcome"u8.ToArray(), cancellationToken);
            await stream.CopyToAsync(received, cancellationToken);
            ended.SetResult();
        };
        using var run = new CommandRun(agent.SocketPath);
        var path = Path.Combine(agent.Scratch, "beta.sock");
        var running = run.RunAsync("connect", "beta", "--socket", path);
        await CommandRun.UntilAsync(() => run.Output.Length > 0);
        using (var socket = await ConnectAsync(path))
        {
            var buffer = new byte[7];
            await socket.ReceiveAsync(buffer);
            Assert.Equal("welcome", Encoding.ASCII.GetString(buffer));
            await socket.SendAsync("thanks"u8.ToArray());
            socket.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await socket.ReceiveAsync(buffer));
            await ended.Task;
            Assert.Equal("thanks", Encoding.ASCII.GetString(received.ToArray()));
        }

        run.Interruption.Raise();
        await running;
    }

    [Fact]
    public async Task A_program_gets_the_uri_and_gives_its_exit_code()
    {
        await using var agent = await StartAsync();
        using var run = new CommandRun(agent.SocketPath);
        run.Variables["XDG_RUNTIME_DIR"] = agent.Scratch;
        var seen = Path.Combine(agent.Scratch, "seen");
        Assert.Equal(42, await run.RunAsync("connect", "beta", "--", "sh", "-c", $"echo $LIBVIRT_DEFAULT_URI >{seen}; exit 42"));
        var path = Path.Combine(agent.Scratch, "livcloud", "connect", "beta.sock");
        Assert.Equal($"qemu+unix:///system?socket={path}\n", await File.ReadAllTextAsync(seen));
        Assert.False(File.Exists(path));
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told()
    {
        await using var agent = await StartAsync();
        using var run = new CommandRun(agent.SocketPath);
        var path = Path.Combine(agent.Scratch, "beta.sock");
        Assert.Equal(ExitCode.Usage, await run.RunAsync("connect", "beta", "--socket", path, "--", "/nonexistent/program"));
        Assert.Contains("could not be started", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task An_unknown_host_opens_nothing()
    {
        await using var agent = await StartAsync();
        using var run = new CommandRun(agent.SocketPath);
        var path = Path.Combine(agent.Scratch, "gamma.sock");
        Assert.Equal(ExitCode.NotFound, await run.RunAsync("connect", "gamma", "--socket", path));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_socket_that_a_dead_process_left_is_replaced_and_a_live_one_is_not()
    {
        await using var agent = await StartAsync();
        var path = Path.Combine(agent.Scratch, "beta.sock");
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Bound but not listening: as refused as what a dead process left.
            stale.Bind(new UnixDomainSocketEndPoint(path));
            using var run = new CommandRun(agent.SocketPath);
            Assert.Equal(0, await run.RunAsync("connect", "beta", "--socket", path, "--", "true"));
        }

        using var live = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        live.Bind(new UnixDomainSocketEndPoint(path));
        live.Listen();
        using var refused = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Usage, await refused.RunAsync("connect", "beta", "--socket", path, "--", "true"));
        Assert.Contains("in use", refused.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task A_file_is_never_taken_for_a_socket()
    {
        await using var agent = await StartAsync();
        var path = Path.Combine(agent.Scratch, "precious");
        await File.WriteAllTextAsync(path, "keep me");
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Usage, await run.RunAsync("connect", "beta", "--socket", path, "--", "true"));
        Assert.Equal("keep me", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task A_path_too_long_for_a_socket_is_refused()
    {
        await using var agent = await StartAsync();
        using var run = new CommandRun(agent.SocketPath);
        Assert.Equal(ExitCode.Usage, await run.RunAsync("connect", "beta", "--socket", $"/tmp/{new string('x', 120)}"));
        Assert.Contains("too long", run.Error, StringComparison.Ordinal);
    }

    private static async Task<AgentPeer> StartAsync()
    {
        var agent = await AgentPeer.StartAsync();
        agent.Hosts.AddRange([Samples.Alpha, Samples.Beta]);
        return agent;
    }

    private static async Task<Socket> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static async Task<byte[]> ExchangeAsync(string path, byte[] request)
    {
        using var socket = await ConnectAsync(path);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(request);
        socket.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        return answer.ToArray();
    }
}
