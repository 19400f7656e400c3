using System.Xml.Linq;
using LivCloud.Libvirt.Xml;

namespace LivCloud.Libvirt.Tests.Xml;

public sealed class VolumeDescriptionTests
{
    [Fact]
    public void All_that_was_set_is_written()
    {
        var xml = new VolumeDescription
        {
            Name = "a<b>&'c'.qcow2",
            CapacityBytes = 10L << 30,
            Format = VolumeFormat.Qcow2,
            OwnerUserId = 64055,
            OwnerGroupId = 108,
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }.ToXml();

        var volume = XElement.Parse(xml);
        Assert.Equal("a<b>&'c'.qcow2", volume.Element("name")?.Value);
        Assert.Equal("10737418240", volume.Element("capacity")?.Value);
        var permissions = volume.Element("target")?.Element("permissions");
        Assert.Equal(("0600", "64055", "108"),
            (permissions?.Element("mode")?.Value, permissions?.Element("owner")?.Value, permissions?.Element("group")?.Value));
        Assert.Equal("qcow2", volume.Element("target")?.Element("format")?.Attribute("type")?.Value);
    }

    [Fact]
    public void What_was_not_set_is_left_to_libvirt()
    {
        var volume = XElement.Parse(new VolumeDescription { Name = "a", CapacityBytes = 1, Format = VolumeFormat.Raw }.ToXml());

        Assert.Null(volume.Element("target")?.Element("permissions"));
        Assert.Equal("raw", volume.Element("target")?.Element("format")?.Attribute("type")?.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    public void A_name_that_leaves_the_directory_is_refused(string name) =>
        Assert.ThrowsAny<ArgumentException>(() => new VolumeDescription { Name = name, CapacityBytes = 1, Format = VolumeFormat.Raw });
}
