using LivCloud.Bench;
using LivCloud.Bench.Channel;
using LivCloud.Bench.Migrate;

return args switch
{
    ["channel", .. var rest] => await BenchArguments.RunAsync(rest, ChannelBench.RunAsync),
    ["channel-end", .. var rest] => await BenchArguments.RunAsync(rest, ChannelEnd.RunAsync),
    ["migrate", .. var rest] => await BenchArguments.RunAsync(rest, MigrateBench.RunAsync),
    _ => BenchArguments.Usage(),
};
