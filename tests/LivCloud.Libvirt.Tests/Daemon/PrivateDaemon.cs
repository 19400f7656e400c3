using System.Diagnostics;

namespace LivCloud.Libvirt.Tests.Daemon;

/// <summary>
/// A real libvirtd in namespaces of its own (mount, network, UTS, PID). Its first process is a shell that reads commands; when its input
/// ends, as it does when this process dies, the kernel ends all of the PID namespace, guests included. Needs root.
/// </summary>
internal sealed class PrivateDaemon : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private const string Script = """
        set -eu
        base=$1
        hostname "$2"
        mount --make-rprivate /
        bind() { mkdir -p "$base/$1"; mount --bind "$base/$1" "$2"; }
        bind etc /etc/libvirt
        bind lib /var/lib/libvirt
        bind cache /var/cache/libvirt
        bind log /var/log
        bind run /run
        mount -t tmpfs none /sys/fs/cgroup
        ip link set lo up
        start() {
          if libvirtd -d -p /run/libvirtd.pid >/var/log/start 2>&1; then echo ready; else
            cat /var/log/start /var/log/libvirt/libvirtd.log || true
            echo failed
          fi
        }
        start
        while read -r command; do
          case $command in
            kill) kill -9 "$(cat /run/libvirtd.pid)"; echo killed ;;
            start) rm -f /run/libvirtd.pid; start ;;
          esac
        done
        """;

    private readonly Process _shell;

    private PrivateDaemon(string directory, Process shell) => (Directory, _shell) = (directory, shell);

    /// <summary>A directory that the daemon and this process see under the same path.</summary>
    public string Directory { get; }

    public string SocketPath => Path.Combine(Directory, "run/libvirt/libvirt-sock");

    public string Uri => UriFor(SocketPath);

    public static string UriFor(string socketPath) => $"qemu+unix:///system?socket={socketPath}";

    public static async Task<PrivateDaemon> StartAsync(string hostName)
    {
        // Short, because a socket's path holds 107 bytes.
        var directory = System.IO.Directory.CreateTempSubdirectory("lv-").FullName;
        foreach (var part in new[] { "etc", "run", "lib", "cache", "log/libvirt" })
        {
            System.IO.Directory.CreateDirectory(Path.Combine(directory, part));
        }

        await File.WriteAllTextAsync(Path.Combine(directory, "etc/libvirtd.conf"), $"""
            host_uuid = "{Guid.NewGuid()}"
            auth_unix_rw = "none"
            unix_sock_group = "root"

            """);
        await File.WriteAllTextAsync(Path.Combine(directory, "etc/qemu.conf"), """
            user = "root"
            group = "root"
            security_driver = "none"
            namespaces = []
            cgroup_controllers = []
            stdio_handler = "file"
            dynamic_ownership = 0
            remember_owner = 0

            """);

        var start = new ProcessStartInfo("unshare")
        {
            ArgumentList =
            {
                "--mount", "--net", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc",
                "bash", "-c", Script, "libvirtd-of-test", directory, hostName,
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var daemon = new PrivateDaemon(directory, Process.Start(start) ?? throw new InvalidOperationException("unshare did not start."));
        try
        {
            await daemon.ExpectAsync("ready");
            return daemon;
        }
        catch
        {
            daemon.Dispose();
            throw;
        }
    }

    /// <summary>Ends the daemon as a crash would; guests go on.</summary>
    public Task KillAsync() => CommandAsync("kill", "killed");

    public Task RestartAsync() => CommandAsync("start", "ready");

    public void Dispose()
    {
        _shell.StandardInput.Close();
        if (!_shell.WaitForExit(Deadline))
        {
            _shell.Kill();
            _shell.WaitForExit();
        }

        _shell.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task CommandAsync(string command, string answer)
    {
        await _shell.StandardInput.WriteLineAsync(command);
        await _shell.StandardInput.FlushAsync();
        await ExpectAsync(answer);
    }

    private async Task ExpectAsync(string answer)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var seen = new List<string>();
        while (await _shell.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            seen.Add(line);
            if (line == answer)
            {
                return;
            }

            if (line == "failed")
            {
                break;
            }
        }

        throw new InvalidOperationException(
            $"A private libvirtd did not say '{answer}' (it needs root and libvirtd): {string.Join('\n', seen)}");
    }
}
