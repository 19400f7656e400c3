namespace LivCloud.Libvirt.Tests.Storage;

public sealed class FileIdentityTests
{
    [Fact]
    public void A_file_keeps_its_identity_while_it_is_written_and_renamed_and_another_at_its_path_has_its_own()
    {
        var directory = Directory.CreateTempSubdirectory("livcloud-");
        try
        {
            AssertIn(Path.Combine(directory.FullName, "image"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static void AssertIn(string path)
    {
        Assert.Null(FileIdentity.Of(path));
        File.WriteAllText(path, "a");
        var first = FileIdentity.Of(path);
        Assert.NotNull(first);
        File.AppendAllText(path, "b");
        Assert.Equal(first, FileIdentity.Of(path));
        File.Move(path, path + ".moved");
        Assert.Equal(first, FileIdentity.Of(path + ".moved"));
        File.WriteAllText(path, "c");
        Assert.NotEqual(first, FileIdentity.Of(path));
    }
}
