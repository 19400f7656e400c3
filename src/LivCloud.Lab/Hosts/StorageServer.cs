using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LivCloud.Lab.Networks;
using LivCloud.Lab.Processes;

namespace LivCloud.Lab.Hosts;

/// <summary>The lab's NFS server: nfs-ganesha in user space, on the storage network.</summary>
internal static class StorageServer
{
    private const int NfsPort = 2049;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    public static async Task StartAsync(LabNames names, CancellationToken cancellationToken)
    {
        var export = $"{names.DataDirectory}/nfs";
        var run = $"{names.RunDirectory}/storage";
        Directory.CreateDirectory(export);
        Directory.CreateDirectory(run);
        await File.WriteAllTextAsync($"{run}/ganesha.conf", $$"""
            NFS_CORE_PARAM { mount_path_pseudo = true; Protocols = 3, 4; }
            NFSv4 { Graceless = true; }
            EXPORT {
              Export_Id = 1;
              Path = {{export}};
              Pseudo = /vms;
              Access_Type = RW;
              Squash = No_Root_Squash;
              SecType = sys;
              FSAL { Name = VFS; }
            }

            """, cancellationToken);
        HostFiles.WriteScript("storage-init.sh", $"{names.RunDirectory}/storage-init.sh");
        await LabProcesses.StartAsync(names.Lab, $"{names.RunDirectory}/storage.log",
        [
            "nsenter", $"--net={Native.NetworkNamespace.Directory}/{names.StorageNamespace}",
            "unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child",
            "bash", $"{names.RunDirectory}/storage-init.sh", $"{names.DataDirectory}/storage", run,
        ], cancellationToken);
        await WaitAsync(names, cancellationToken);
    }

    private static async Task WaitAsync(LabNames names, CancellationToken cancellationToken)
    {
        var start = Stopwatch.StartNew();
        while (true)
        {
            using var socket = Native.NetworkNamespace.Run(names.StorageNamespace, () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(LabAddresses.Storage), NfsPort), cancellationToken);
                return;
            }
            catch (SocketException ex)
            {
                if (start.Elapsed > StartLimit)
                {
                    throw new LabException(LabError.Failed,
                        $"The NFS server does not answer within {StartLimit.TotalSeconds:0} s; see {names.RunDirectory}/storage.log.", ex);
                }

                await Task.Delay(50, cancellationToken);
            }
        }
    }
}
