using LivCloud.Bench;
using LivCloud.Bench.Channel;
using LivCloud.Bench.Migrate;
using LivCloud.Bench.Predict;
using LivCloud.Bench.Transport;

return args switch
{
    ["channel", .. var rest] => await BenchArguments.RunAsync(rest, ChannelBench.RunAsync),
    ["channel-end", .. var rest] => await BenchArguments.RunAsync(rest, ChannelEnd.RunAsync),
    ["migrate", .. var rest] => await BenchArguments.RunAsync(rest, MigrateBench.RunAsync),
    ["predict", .. var rest] => await BenchArguments.RunAsync(rest, PredictBench.RunAsync),
    ["sharing", .. var rest] => await BenchArguments.RunAsync(rest, SharingBench.RunAsync),
    ["transport", .. var rest] => await BenchArguments.RunAsync(rest, TransportBench.RunAsync),
    ["transport-end", .. var rest] => await BenchArguments.RunAsync(rest, TransportEnd.RunAsync),
    _ => BenchArguments.Usage(),
};
