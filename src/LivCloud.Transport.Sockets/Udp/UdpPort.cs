using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LivCloud.Transport.Sockets.Native;

namespace LivCloud.Transport.Sockets.Udp;

/// <summary>A port of UDP whose datagrams go in trains and come in batches, where the kernel can (UDP_SEGMENT, UDP_GRO, recvmmsg). Used by one thread.</summary>
internal sealed unsafe class UdpPort : IDisposable
{
    private const int SendBufferForce = 32, ReceiveBufferForce = 33;
    private const int IPMtuDiscover = 10, IPv6MtuDiscover = 23, OwnDiscovery = 3;
    private const int BufferBytes = 8 << 20;
    private const int DontWait = 0x40;
    private const int BatchSize = 16, MessageBytes = 64 << 10;
    private const int ErrorIo = 5, ErrorInvalid = 22, ErrorTooLong = 90, ErrorNotSupported = 95;

    // A kernel takes 64 segments for one train; some of them more.
    private const int MaxSegments = 64;
    private const short PollIn = 1;

    // For the message that is sent: its header, the address, the vector, the control data.
    private const int SpareBytes = 256 + ControlData.Bytes;

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
            TrySet(ControlData.SolUdp, ControlData.UdpGro, 1);

            // No datagram is cut on its way, and what a router says of its link, which anybody could, is not believed: connections find out what gets through.
            TrySet(ControlData.SolIP, IPMtuDiscover, OwnDiscovery);
            TrySet(ControlData.SolIPv6, IPv6MtuDiscover, OwnDiscovery);
            TrySet(ControlData.SolSocket, ControlData.Timestamps, 1);
            if (local.Address.Equals(IPAddress.Any) || local.Address.Equals(IPAddress.IPv6Any))
            {
                // A host of several addresses answers from the one that it was asked at.
                _ = _isIPv6
                    ? TrySet(ControlData.SolIPv6, ControlData.IPv6ReceivePacketInformation, 1)
                    : TrySet(ControlData.SolIP, ControlData.IPPacketInformation, 1);
            }
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _descriptor = (int)_socket.SafeHandle.DangerousGetHandle();

        // SAFETY: one block, freed by Dispose: the messages' payloads, then for each its address, control data, vector and header; then the same for the one that is sent.
        var perMessage = MessageBytes + ControlData.Bytes + NativeAddress.MaxBytes + 4 + sizeof(IoVector) + sizeof(BatchedMessage);
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)((perMessage * BatchSize) + SpareBytes));
        var payloads = _memory;
        var controls = payloads + (MessageBytes * BatchSize);
        var names = controls + (ControlData.Bytes * BatchSize);
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
                Control = controls + (i * ControlData.Bytes),
            };
        }

        var spare = (byte*)(_messages + BatchSize);
        _outgoing = (MessageHeader*)spare;
        *_outgoing = new MessageHeader { Name = spare + 128, Vectors = (IoVector*)(spare + 192), VectorCount = 1, Control = spare + 256 };
    }

    /// <summary>Where it is bound.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Sends datagrams of equal length, of which the last may be shorter.</summary>
    /// <remarks>What the kernel refuses is lost, as on any path; so is what is longer than the device takes.</remarks>
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
            var error = SendOnce(part, datagramBytes, to.Local);
            if (part.Length > datagramBytes && error is ErrorInvalid or ErrorIo or ErrorNotSupported)
            {
                // One by one: this kernel or device can not send trains, unless the datagrams are longer than the device takes.
                step = datagramBytes;
                _sendsTrains = SendOnce(part[..datagramBytes], datagramBytes, to.Local) == ErrorTooLong;
                datagrams = datagrams[datagramBytes..];
                continue;
            }

            datagrams = datagrams[part.Length..];
        }
    }

    /// <summary>Takes a batch of the datagrams that are there.</summary>
    /// <param name="take">Is given each.</param>
    /// <returns>How many there were, and whether there may be more.</returns>
    public (int Datagrams, bool MayBeMore) Receive(IDatagramSink take)
    {
        for (var i = 0; i < BatchSize; i++)
        {
            _messages[i].Header.NameLength = NativeAddress.MaxBytes;
            _messages[i].Header.ControlLength = ControlData.Bytes;
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
            var (segment, age, local) = ControlData.Read(message.Header, length, time);
            var from = NativeAddress.Read(new ReadOnlySpan<byte>(message.Header.Name, NativeAddress.MaxBytes)) with { Local = local };
            for (var at = 0; at < length; at += segment)
            {
                take.Take(givenAt - age, from, new ReadOnlySpan<byte>(message.Header.Vectors->Base + at, Math.Min(segment, length - at)));
                datagrams++;
            }
        }

        return (datagrams, count == BatchSize);
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

    private int SendOnce(ReadOnlySpan<byte> datagrams, int datagramBytes, UInt128 local)
    {
        fixed (byte* data = datagrams)
        {
            *_outgoing->Vectors = new IoVector { Base = data, Length = (nuint)datagrams.Length };
            _outgoing->ControlLength = ControlData.Write(_outgoing->Control, datagrams.Length > datagramBytes ? datagramBytes : 0, local, _isIPv6);
            return LibC.sendmsg(_descriptor, _outgoing, 0) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
    }

    private void SetBuffer(int forced, Action<int> ask)
    {
        if (!TrySet(ControlData.SolSocket, forced, BufferBytes))
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
