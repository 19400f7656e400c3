namespace LivCloud.Libvirt.Tests.Connections;

/// <summary>A host of libvirt's test driver from a file: unlike test:///default, each connection has a world of its own.</summary>
internal sealed class TestHost : IDisposable
{
    private const string Node = """
        <node>
          <cpu>
            <mhz>3000</mhz><model>i686</model><active>4</active><nodes>1</nodes><sockets>1</sockets><cores>4</cores><threads>1</threads>
          </cpu>
          <memory>4194304</memory>
          <domain type='test'>
            <name>test</name><uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
            <memory>8388608</memory><currentMemory>2097152</currentMemory><vcpu>2</vcpu><os><type>hvm</type></os>
          </domain>
          <network><name>default</name><bridge name='virbr0'/><ip address='192.168.122.1' netmask='255.255.255.0'/></network>
          <pool type='dir'><name>default-pool</name><target><path>/default-pool</path></target></pool>
        </node>
        """;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.xml");

    public TestHost() => File.WriteAllText(_path, Node);

    public string Uri => $"test://{_path}";

    public void Dispose() => File.Delete(_path);
}
