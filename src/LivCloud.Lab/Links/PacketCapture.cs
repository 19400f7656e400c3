using System.Buffers.Binary;

namespace LivCloud.Lab.Links;

/// <summary>Writes packets into a pcap file (nanosecond times, Ethernet) while one is open.</summary>
internal sealed class PacketCapture : IDisposable
{
    private const uint NanosecondMagic = 0xa1b23c4d;
    private const int LinkTypeEthernet = 1;
    private readonly Lock _lock = new();
    private readonly byte[] _header = new byte[24];
    private FileStream? _file;

    /// <summary>The file that is being written; null when none is.</summary>
    public string? Path { get; private set; }

    public void Start(string path)
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 20);
            Path = path;
            var header = _header.AsSpan(0, 24);
            header.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(header, NanosecondMagic);
            BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
            BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
            BinaryPrimitives.WriteInt32LittleEndian(header[16..], TapDevice.MaxFrameBytes);
            BinaryPrimitives.WriteInt32LittleEndian(header[20..], LinkTypeEthernet);
            _file.Write(header);
        }
    }

    public void Stop()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
            Path = null;
        }
    }

    public void Record(ReadOnlySpan<byte> packet)
    {
        if (Volatile.Read(ref _file) is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_file is null)
            {
                return;
            }

            var ticks = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;
            var header = _header.AsSpan(0, 16);
            BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)(ticks / TimeSpan.TicksPerSecond));
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(ticks % TimeSpan.TicksPerSecond * 100));
            BinaryPrimitives.WriteInt32LittleEndian(header[8..], packet.Length);
            BinaryPrimitives.WriteInt32LittleEndian(header[12..], packet.Length);
            _file.Write(header);
            _file.Write(packet);
        }
    }

    public void Dispose() => Stop();
}
