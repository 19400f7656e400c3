using LivCloud.Lab.Networks;
using LivCloud.Lab.Processes;

namespace LivCloud.Lab.Hosts;

/// <summary>The lab's NFS server: nfs-ganesha in user space, on the storage network.</summary>
internal static class StorageServer
{
    public static async Task StartAsync(LabNames names, CancellationToken cancellationToken)
    {
        var export = $"{names.DataDirectory}/nfs";
        var run = $"{names.RunDirectory}/storage";
        Directory.CreateDirectory(export);
        Directory.CreateDirectory(run);
        var config = $"{names.RunDirectory}/ganesha.conf";
        await File.WriteAllTextAsync(config, $$"""
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
            "bash", $"{names.RunDirectory}/storage-init.sh", $"{names.DataDirectory}/storage", run, config,
        ], cancellationToken);
    }
}
