namespace LivCloud.Lab.Tests;

/// <summary>A test that builds a lab: it needs root, libvirtd, QEMU and the guest's files, and is skipped with a reason where these lack.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabFactAttribute : FactAttribute
{
    public LabFactAttribute() => Skip = Environment.UserName != "root" ? "needs root"
        : !File.Exists("/usr/sbin/libvirtd") || !File.Exists("/usr/bin/qemu-system-x86_64") ? "needs libvirtd and QEMU; run ./dev setup"
        : !File.Exists("/var/cache/livcloud/initramfs") ? "needs the lab's guest; run ./dev setup"
        : !File.Exists("/dev/net/tun") ? "needs /dev/net/tun"
        : null;
}

/// <summary>As <see cref="LabFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabTheoryAttribute : TheoryAttribute
{
    public LabTheoryAttribute() => Skip = new LabFactAttribute().Skip;
}
