using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LivCloud.Transport.Sockets.Native;

namespace LivCloud.Transport.Sockets.Udp;

/// <summary>A port of UDP whose datagrams go in trains and come in batches, where the kernel can (UDP_SEGMENT, UDP_GRO, recvmmsg). Used by one thread.</summary>
internal sealed unsafe class UdpPort : IDisposable
{
    private const int SolUdp = 17, UdpSegment = 103, UdpGro = 104;
    private const int SolSocket = 1, SendBufferForce = 32, ReceiveBufferForce = 33, Timestamps = 35;
    private const int IpProtoIP = 0, IPMtuDiscover = 10, IpProtoIPv6 = 41, IPv6MtuDiscover = 23, NoDiscovery = 0;
    private const int BufferBytes = 8 << 20;
    private const int DontWait = 0x40;
    private const int BatchSize = 16, MessageBytes = 64 << 10, ControlBytes = 128;
    private const int ErrorIo = 5, ErrorInvalid = 22, ErrorNotSupported = 95;

    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(100);

    // A kernel takes 64 segments for one train; some of them more.
    private const int MaxSegments = 64;
    private const short PollIn = 1;

    private readonly Socket _socket;
    private readonly bool _isIPv6;
    private readonly int _descriptor;
    private readonly byte* _memory;
    private readonly BatchedMessage* _messages;
    private readonly MessageHeader* _outgoing;
    private bool _sendsTrains = true;

    /// <summary>Binds a port.</summary>
    /// <param name="local">Where; the unspecified address of IPv6 takes IPv4 too.</param>
    /// <exception cref="SocketException">It could not be had.</exception>
    public UdpPort(IPEndPoint local)
    {
        _isIPv6 = local.AddressFamily == AddressFamily.InterNetworkV6;
        _socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (_isIPv6)
            {
                _socket.DualMode = true;
            }

            _socket.Bind(local);
            SetBuffer(ReceiveBufferForce, size => _socket.ReceiveBufferSize = size);
            SetBuffer(SendBufferForce, size => _socket.SendBufferSize = size);
            TrySet(SolUdp, UdpGro, 1);

            // A path that is narrower than our datagrams cuts them; without that nothing would get through where its ICMP messages do not.
            TrySet(_isIPv6 ? IpProtoIPv6 : IpProtoIP, _isIPv6 ? IPv6MtuDiscover : IPMtuDiscover, NoDiscovery);
            TrySet(SolSocket, Timestamps, 1);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _descriptor = (int)_socket.SafeHandle.DangerousGetHandle();

        // SAFETY: one block, freed by Dispose: the messages' payloads, then for each its address, control data, vector and header; then the same for the one that is sent.
        var perMessage = MessageBytes + ControlBytes + NativeAddress.MaxBytes + 4 + sizeof(IoVector) + sizeof(BatchedMessage);
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)((perMessage * BatchSize) + 512));
        var payloads = _memory;
        var controls = payloads + (MessageBytes * BatchSize);
        var names = controls + (ControlBytes * BatchSize);
        var vectors = (IoVector*)(names + ((NativeAddress.MaxBytes + 4) * BatchSize));
        _messages = (BatchedMessage*)(vectors + BatchSize);
        for (var i = 0; i < BatchSize; i++)
        {
            vectors[i] = new IoVector { Base = payloads + (i * MessageBytes), Length = MessageBytes };
            _messages[i].Header = new MessageHeader
            {
                Name = names + (i * (NativeAddress.MaxBytes + 4)),
                Vectors = vectors + i,
                VectorCount = 1,
                Control = controls + (i * ControlBytes),
            };
        }

        var spare = (byte*)(_messages + BatchSize);
        _outgoing = (MessageHeader*)spare;
        *_outgoing = new MessageHeader { Name = spare + 128, Control = spare + 192, Vectors = (IoVector*)(spare + 256), VectorCount = 1 };
    }

    /// <summary>Where it is bound.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Sends datagrams of equal length, of which the last may be shorter.</summary>
    /// <remarks>What the kernel refuses is lost, as on any path.</remarks>
    public void Send(DatagramAddress to, ReadOnlySpan<byte> datagrams, int datagramBytes)
    {
        _outgoing->NameLength = (uint)NativeAddress.Write(to, _isIPv6, new Span<byte>(_outgoing->Name, NativeAddress.MaxBytes));
        if (_outgoing->NameLength == 0)
        {
            return;
        }

        var step = _sendsTrains ? datagramBytes * Math.Min(MaxSegments, ushort.MaxValue / datagramBytes) : datagramBytes;
        while (!datagrams.IsEmpty)
        {
            var part = datagrams[..Math.Min(step, datagrams.Length)];
            var error = SendOnce(part, datagramBytes);
            if (part.Length > datagramBytes && error is ErrorInvalid or ErrorIo or ErrorNotSupported)
            {
                // This kernel or device can not, or the path got narrower than the datagrams: one by one.
                _sendsTrains = false;
                step = datagramBytes;
                continue;
            }

            datagrams = datagrams[part.Length..];
        }
    }

    /// <summary>Takes the datagrams that are there.</summary>
    /// <param name="take">Is given each.</param>
    /// <returns>How many there were; at most a batch.</returns>
    public int Receive(IDatagramSink take)
    {
        for (var i = 0; i < BatchSize; i++)
        {
            _messages[i].Header.NameLength = NativeAddress.MaxBytes;
            _messages[i].Header.ControlLength = ControlBytes;
        }

        // SAFETY: all pointers lead into the block that this object owns.
        var count = LibC.recvmmsg(_descriptor, _messages, BatchSize, DontWait, null);
        var datagrams = 0;
        var givenAt = count > 0 ? take.Begin() : default;
        var time = DateTime.UtcNow;
        for (var i = 0; i < count; i++)
        {
            ref readonly var message = ref _messages[i];
            var length = (int)message.Length;
            var (segment, arrived) = ReadControl(message.Header, length, time);
            var from = NativeAddress.Read(new ReadOnlySpan<byte>(message.Header.Name, NativeAddress.MaxBytes));
            for (var at = 0; at < length; at += segment)
            {
                take.Take(givenAt - arrived, from, new ReadOnlySpan<byte>(message.Header.Vectors->Base + at, Math.Min(segment, length - at)));
                datagrams++;
            }
        }

        return datagrams;
    }

    /// <summary>Waits for datagrams, a wake-up or the end of a time.</summary>
    /// <param name="wakeUp">The wake-up.</param>
    /// <param name="time">How long; null is for ever.</param>
    /// <param name="forDatagrams">Whether datagrams end the wait.</param>
    public void Wait(WakeUp wakeUp, TimeSpan? time, bool forDatagrams)
    {
        var entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = wakeUp.Descriptor, Events = PollIn };
        entries[1] = new PollEntry { Descriptor = _descriptor, Events = PollIn };
        var ticks = time?.Ticks ?? 0;
        var limit = new TimeSpec { Seconds = ticks / TimeSpan.TicksPerSecond, Nanoseconds = ticks % TimeSpan.TicksPerSecond * 100 };

        // SAFETY: the kernel reads and writes local variables only.
        _ = LibC.ppoll(entries, forDatagrams ? 2u : 1u, time is null ? null : &limit, null);
    }

    public void Dispose()
    {
        _socket.Dispose();
        NativeMemory.Free(_memory);
    }

    private int SendOnce(ReadOnlySpan<byte> datagrams, int datagramBytes)
    {
        fixed (byte* data = datagrams)
        {
            *_outgoing->Vectors = new IoVector { Base = data, Length = (nuint)datagrams.Length };
            _outgoing->ControlLength = 0;
            if (datagrams.Length > datagramBytes)
            {
                // SAFETY: the control data have 64 bytes, of which 24 are used.
                var control = (ControlHeader*)_outgoing->Control;
                *control = new ControlHeader { Length = (nuint)(sizeof(ControlHeader) + sizeof(ushort)), Level = SolUdp, Type = UdpSegment };
                *(ushort*)(control + 1) = (ushort)datagramBytes;
                _outgoing->ControlLength = (nuint)(sizeof(ControlHeader) + 8);
            }

            return LibC.sendmsg(_descriptor, _outgoing, 0) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
    }

    // The length of each datagram of a batch that the kernel has joined, and how long ago it came.
    private static (int SegmentBytes, TimeSpan Age) ReadControl(in MessageHeader header, int length, DateTime now)
    {
        var segment = Math.Max(length, 1);
        var age = TimeSpan.Zero;
        var end = header.Control + header.ControlLength;
        for (var at = header.Control; end - at >= sizeof(ControlHeader);)
        {
            // SAFETY: the kernel wrote whole headers with their data into the control block, ControlLength bytes in all; what says to be longer ends the walk.
            var control = (ControlHeader*)at;
            if (control->Length < (nuint)sizeof(ControlHeader) || control->Length > (nuint)(end - at))
            {
                break;
            }

            if (control->Level == SolUdp && control->Type == UdpGro)
            {
                segment = Math.Max(1, *(int*)(control + 1));
            }
            else if (control->Level == SolSocket && control->Type == Timestamps)
            {
                var stamp = (TimeSpec*)(control + 1);
                age = now - DateTime.UnixEpoch - new TimeSpan((stamp->Seconds * TimeSpan.TicksPerSecond) + (stamp->Nanoseconds / 100));
            }

            at += (control->Length + 7) & ~(nuint)7;
        }

        // The other clock may have been set meanwhile.
        return (segment, age > TimeSpan.Zero && age < MaxAge ? age : TimeSpan.Zero);
    }

    private void SetBuffer(int forced, Action<int> ask)
    {
        if (!TrySet(SolSocket, forced, BufferBytes))
        {
            // Without the right to force it, as much as the system lets anybody have.
            ask(BufferBytes);
        }
    }

    private bool TrySet(int level, int option, int value)
    {
        try
        {
            _socket.SetRawSocketOption(level, option, BitConverter.GetBytes(value));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>Takes datagrams.</summary>
internal interface IDatagramSink
{
    /// <summary>Some have arrived before now, and are given next.</summary>
    /// <returns>Now.</returns>
    Instant Begin();

    /// <summary>Takes one; it is only there during the call.</summary>
    void Take(Instant arrivedAt, DatagramAddress from, ReadOnlySpan<byte> datagram);
}
