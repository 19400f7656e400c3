using LivCloud.Core;
using LivCloud.Migration.PreCopy;

namespace LivCloud.Migration.Tests.PreCopy;

public sealed class DeltaCacheTests
{
    [Theory]
    [InlineData(0, 64)]
    [InlineData(256, 64)]
    [InlineData(512, 64)]
    [InlineData(1000, 128)]
    [InlineData(2048, 256)]
    [InlineData(3000, 512)]
    [InlineData(1 << 20, 512)]
    public void It_is_an_eighth_of_the_memory_as_a_power_of_two_within_its_limits(long memoryMiB, long cacheMiB) =>
        Assert.Equal(new ByteSize(cacheMiB << 20), DeltaCache.For(memoryMiB << 20));
}
