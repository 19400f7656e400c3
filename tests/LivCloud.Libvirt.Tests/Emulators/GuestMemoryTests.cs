using LivCloud.Libvirt.Emulators;

namespace LivCloud.Libvirt.Tests.Emulators;

public sealed class GuestMemoryTests
{
    private const long Mebibyte = 1 << 20;

    [Fact]
    public void A_guests_memory_is_the_area_of_its_size()
    {
        string[] maps =
        [
            "5581d0000000-5581d0800000 r-xp 00000000 fd:01 1234 /usr/bin/qemu-system-x86_64",
            "7f1a00000000-7f1a10000000 rw-p 00000000 00:00 0",
            "7f1a10000000-7f1a10001000 ---p 00000000 00:00 0",
            "7f1a20000000-7f1a60000000 ---p 00000000 00:00 0",
            "7f1a70000000-7f1a70800000 rw-p 00000000 00:00 0",
            "not a line of maps",
            "",
        ];
        Assert.Equal([(0x7f1a00000000, 256 * Mebibyte)], GuestMemory.Find(maps, 256 * Mebibyte));
    }

    [Fact]
    public void It_may_be_in_several_areas()
    {
        string[] maps = ["7f1a20000000-7f1a28000000 rw-p 00000000 00:00 0", "7f1a00000000-7f1a08000000 rw-s 00000000 00:0f 99 /dev/hugepages/node1"];
        Assert.Equal([(0x7f1a00000000, 128 * Mebibyte), (0x7f1a20000000, 128 * Mebibyte)], GuestMemory.Find(maps, 256 * Mebibyte));
    }

    [Fact]
    public void Without_areas_of_that_size_there_is_none() =>
        Assert.Empty(GuestMemory.Find(["7f1a70000000-7f1a70800000 rw-p 00000000 00:00 0"], 256 * Mebibyte));
}
