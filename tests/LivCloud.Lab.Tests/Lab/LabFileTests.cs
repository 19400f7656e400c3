using LivCloud.Core;
using LivCloud.Lab.Topology;

namespace LivCloud.Lab.Tests;

public sealed class LabFileTests
{
    private const string Good = """
        sites:
          - name: home
            hosts: [{name: h1}]
          - name: cloud
            hosts: [{name: h2}]
        links:
          - {name: wan, between: [home, cloud], rate: 200mbit, delay: 25ms, jitter: 2ms, loss: 0.1%, queue: 1000p, seed: 7}
        guests:
          - name: vm1
            host: h1
            memory: 512MB
            workload: {dirty: 5MB/s, workingSet: 64MB, compressibility: 0.25, marker: false}
            disk: {size: 1GB, data: 64MB, storage: nfs}
        client: {site: home}
        """;

    [Fact]
    public void A_file_is_read_with_all_its_values()
    {
        var file = LabFileReader.Read(Good, "test");
        Assert.Equal(["h1", "h2"], file.Sites.SelectMany(site => site.Hosts));
        var link = Assert.Single(file.Links);
        Assert.Equal("200 Mbit/s, 25 ms one way ± 2 ms, loss 0.1 %, queue 1000p", link.Settings.ToString());
        var guest = Assert.Single(file.Guests);
        Assert.Equal(new GuestWorkload(5 << 20, new ByteSize(64 << 20), 0.25, HasMarker: false), guest.Workload);
        Assert.Equal(new GuestDisk(new ByteSize(1 << 30), new ByteSize(64 << 20), GuestStorage.Nfs), guest.Disk);
        Assert.Equal("home", file.ClientSite);
    }

    [Fact]
    public void What_is_written_is_read_back_as_the_same_lab()
    {
        var text = LabFileWriter.Write(LabFileReader.Read(Good, "test"));
        Assert.Equal(text, LabFileWriter.Write(LabFileReader.Read(text, "written")));
        Assert.Contains("queue: 1000p", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo.yaml")]
    [InlineData("lan.yaml")]
    [InlineData("shared.yaml")]
    public void The_topologies_of_the_house_are_valid(string name) => Assert.NotEmpty(LabFile.Load($"{LanLab.Topologies}/{name}").Guests);

    [Theory]
    [InlineData("rate: 200mbit", "rate: 200", "line 7: rate '200'")]
    [InlineData("delay: 25ms", "latency: 25ms", "line 7: unknown key 'latency'")]
    [InlineData("jitter: 2ms", "jitter: 30ms", "line 7: name 'wan': the jitter must not be larger than the delay")]
    [InlineData("loss: 0.1%", "loss: 0.1", "line 7: loss '0.1'")]
    [InlineData("queue: 1000p", "queue: 0p", "line 7: queue '0p'")]
    [InlineData("[home, cloud]", "[home, home]", "line 7: between")]
    [InlineData("host: h1", "host: h3", "line 10: host 'h3': there is no host 'h3'")]
    [InlineData("name: h2", "name: h1", "line 5: name 'h1': 'h1' is used twice")]
    [InlineData("name: h2", "name: H2", "line 5: name 'H2'")]
    [InlineData("memory: 512MB", "memory: 12MB", "line 11: memory '12MB'")]
    [InlineData("dirty: 5MB/s", "dirty: 5MB", "line 12: dirty '5MB'")]
    [InlineData("workingSet: 64MB", "workingSet: 500MB", "line 12: workingSet '500MB'")]
    [InlineData("compressibility: 0.25", "compressibility: 2", "line 12: compressibility '2'")]
    [InlineData("size: 1GB", "size: 65MB", "line 13: size '65MB'")]
    [InlineData("storage: nfs", "storage: tape", "line 13: storage 'tape'")]
    [InlineData("{site: home}", "{site: moon}", "line 14: site 'moon'")]
    [InlineData("client: {site: home}", "clients: {site: home}", "line 14: unknown key 'clients'")]
    [InlineData("memory: 512MB", "memory: [512MB", "not valid YAML")]
    public void What_is_wrong_is_said_with_its_line(string good, string bad, string message)
    {
        var error = Assert.Throws<LabException>(() => LabFileReader.Read(Good.Replace(good, bad, StringComparison.Ordinal), "test"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(LabError.Invalid, error.Error);
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused_or_read_but_never_breaks()
    {
        for (var length = 0; length < Good.Length; length++)
        {
            try
            {
                LabFileReader.Read(Good[..length], "test");
            }
            catch (LabException)
            {
                // That is the answer that is wanted.
            }
        }
    }
}
