namespace LivCloud.Core.Tests;

public sealed class MigrationIdTests
{
    [Fact]
    public void A_new_id_is_read_back_and_differs_from_others()
    {
        var seen = new HashSet<MigrationId>();
        for (var count = 0; count < 1000; count++)
        {
            var id = MigrationId.Create();
            Assert.True(MigrationId.TryParse(id.ToString(), out var read));
            Assert.Equal(id, read);
            Assert.True(seen.Add(id));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("abc123def45")]
    [InlineData("abc123def4567")]
    [InlineData("ABC123DEF456")]
    [InlineData("abc123def45/")]
    [InlineData("../../../etc")]
    [InlineData("abc123def45ä")]
    public void What_is_no_id_is_refused(string? text)
    {
        Assert.False(MigrationId.TryParse(text, out var id));
        Assert.Equal("", id.ToString());
        Assert.Throws<FormatException>(() => MigrationId.Parse(text!));
    }
}
