using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Tests;

[SupportedOSPlatform("linux")]
public sealed class ConnectTests
{
    [Fact]
    public async Task Bytes_are_relayed_until_the_client_ends()
    {
        await using var agent = await StartAsync();
        agent.Libvirt = async (stream, cancellationToken) =>
        {
            var buffer = new byte[1000];
            for (var count = await stream.ReadAsync(buffer, cancellationToken); count > 0; count = await stream.ReadAsync(buffer, cancellationToken))
            {
                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        };
        using var run = new CommandRun(agent.SocketPath);
        var path = Path.Combine(agent.Scratch, "beta.sock");
        var running = run.RunAsync("connect", "beta", "--socket", path);
        await CommandRun.UntilAsync(() => run.Output.Contains("virsh", StringComparison.Ordinal));
        Assert.StartsWith($"qemu+unix:///system?socket={path}\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            using var client = await ConnectAsync(path);
            await using var stream = new NetworkStream(client);
            var sent = RandomNumberGenerator.GetBytes(100_000);
            var received = new byte[sent.Length];
            await Task.WhenAll(stream.WriteAsync(sent).AsTask(), stream.ReadExactlyAsync(received).AsTask());
            Assert.Equal(sent, received);
        }

        run.Interruption.Raise();
        Assert.Equal(ExitCode.Interrupted, await running);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_client_that_ended_its_direction_still_gets_the_answer()
    {
        await using var agent = new UpgradePeer(async (socket, cancellationToken) =>
        {
            await using var stream = new NetworkStream(socket);
            using var received = new MemoryStream();
            await stream.CopyToAsync(received, cancellationToken);
            await stream.WriteAsync(SHA256.HashData(received.ToArray()), cancellationToken);
        });
        using var run = new CommandRun(agent.SocketPath);
        var running = run.RunAsync("connect", "beta", "--socket", agent.DoorPath);
        await CommandRun.UntilAsync(() => run.Output.Length > 0);
        using var client = await ConnectAsync(agent.DoorPath);
        await using var clientStream = new NetworkStream(client);
        var sent = RandomNumberGenerator.GetBytes(3_000_000);
        await clientStream.WriteAsync(sent);
        client.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        await clientStream.CopyToAsync(answer);
        Assert.Equal([.. "hello"u8, .. SHA256.HashData(sent)], answer.ToArray());
        run.Interruption.Raise();
        await running;
    }

    [Fact]
    public async Task A_host_that_ended_its_direction_still_gets_what_the_client_sends()
    {
        var received = new TaskCompletionSource<byte[]>();
        await using var agent = new UpgradePeer(async (socket, cancellationToken) =>
        {
            await using var stream = new NetworkStream(socket);
            socket.Shutdown(SocketShutdown.Send);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancellationToken);
            received.SetResult(bytes.ToArray());
        });
        using var run = new CommandRun(agent.SocketPath);
        var running = run.RunAsync("connect", "beta", "--socket", agent.DoorPath);
        await CommandRun.UntilAsync(() => run.Output.Length > 0);
        using var client = await ConnectAsync(agent.DoorPath);
        await using var stream = new NetworkStream(client);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        Assert.Equal("hello"u8.ToArray(), answer.ToArray());
        await stream.WriteAsync("thanks"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("thanks"u8.ToArray(), await received.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        run.Interruption.Raise();
        await running;
    }

    [Fact]
    public async Task A_connection_that_the_agent_refuses_is_told_and_closed()
    {
        await using var agent = await StartAsync();
        using var run = new CommandRun(agent.SocketPath);
        var path = Path.Combine(agent.Scratch, "beta.sock");
        var running = run.RunAsync("connect", "beta", "--socket", path);
        await CommandRun.UntilAsync(() => run.Output.Length > 0);
        agent.Refusal = new Problem { Status = 502, Code = "PeerUnreachable", Detail = "beta does not answer.", Remedy = "Start its agent." };
        using (var client = await ConnectAsync(path))
        {
            Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
        }

        Assert.Equal("livcloud: beta does not answer.\nhelp: Start its agent.\n", run.Error);
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

    [Theory]
    [InlineData(PosixSignal.SIGTERM, 15)]
    [InlineData(PosixSignal.SIGHUP, 1)]
    public async Task A_signal_that_no_terminal_gives_a_program_is_passed_on(PosixSignal signal, int number)
    {
        await using var agent = await StartAsync();
        using var run = new CommandRun(agent.SocketPath);
        var ready = Path.Combine(agent.Scratch, "ready");
        var script = $"trap 'exit 15' TERM; trap 'exit 1' HUP; : >{ready}; while :; do sleep 0.02; done";
        var running = run.RunAsync("connect", "beta", "--socket", Path.Combine(agent.Scratch, "beta.sock"), "--", "env", "--default-signal=HUP,TERM", "sh", "-c", script);
        await CommandRun.UntilAsync(() => File.Exists(ready));
        run.Interruption.Raise(signal);
        Assert.Equal(number, await running.WaitAsync(TimeSpan.FromSeconds(20)));
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
}
