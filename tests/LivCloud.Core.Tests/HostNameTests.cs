namespace LivCloud.Core.Tests;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("Alpha", "alpha")]
    [InlineData("kvm-1.example.org", "kvm-1.example.org")]
    [InlineData("10", "10")]
    public void A_name_is_read_in_lower_case(string text, string name)
    {
        Assert.True(HostName.TryParse(text, out var host));
        Assert.Equal(name, host.ToString());
        Assert.Equal(HostName.Parse(name), host);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.")]
    [InlineData(".a")]
    [InlineData("a..b")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a_b")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a:8470")]
    [InlineData("münchen")]
    [InlineData("a\n")]
    public void What_is_no_name_is_refused(string? text)
    {
        Assert.False(HostName.TryParse(text, out var host));
        Assert.Equal(default, host);
        Assert.Equal("", host.ToString());
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_label_has_63_characters_at_most(int characters, bool accepted) =>
        Assert.Equal(accepted, HostName.TryParse(new string('a', characters), out _));

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void A_name_has_253_characters_at_most(int characters, bool accepted)
    {
        var text = string.Concat(Enumerable.Repeat("abc.", 64))[..(characters - 1)].TrimEnd('.').PadRight(characters, 'x');
        Assert.Equal(characters, text.Length);
        Assert.Equal(accepted, HostName.TryParse(text, out _));
    }

    [Fact]
    public void Parsing_what_is_no_name_throws() => Assert.Throws<FormatException>(() => HostName.Parse("a_b"));
}
