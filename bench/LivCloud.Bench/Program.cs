using LivCloud.Bench;
using LivCloud.Bench.Channel;

return args switch
{
    ["channel", .. var rest] => await BenchArguments.RunAsync(rest, ChannelBench.RunAsync),
    ["channel-end", .. var rest] => await BenchArguments.RunAsync(rest, ChannelEnd.RunAsync),
    _ => BenchArguments.Usage(),
};
