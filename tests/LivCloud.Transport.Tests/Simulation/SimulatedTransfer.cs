using LivCloud.Transport.Connections;

namespace LivCloud.Transport.Tests.Simulation;

/// <summary>A client that sends bytes to a server that checks and counts them.</summary>
internal sealed class SimulatedTransfer
{
    private readonly SimulatedNetwork _network;
    private readonly SimulatedHost _server;
    private readonly ConnectionAttempt _attempt;
    private readonly long _total;
    private readonly byte[] _chunk = new byte[16 << 10];
    private readonly List<(Instant At, long Received)> _marks = [];
    private readonly byte[] _pattern = new byte[65_521];
    private readonly bool _closes;

    public SimulatedTransfer(SimulatedHost client, SimulatedHost server, long totalBytes, bool closes = true)
    {
        (_network, _server, _total, _closes) = (client.Network, server, totalBytes, closes);
        _network.Random.NextBytes(_pattern);
        _attempt = client.Endpoint.Connect(server.Address, rendezvous: false, _network.Now);
        client.Every(Send);
        server.Every(Receive);
    }

    public long Sent { get; private set; }

    public long Received { get; private set; }

    public bool IsIntact { get; private set; } = true;

    public ConnectionAttemptState AttemptState => _attempt.State;

    public Connection? Client => _attempt.Connection;

    public Connection? Server { get; private set; }

    public bool IsComplete => Received == _total && IsIntact;

    /// <summary>How many bytes there are to send yet; more come when it is raised.</summary>
    public long Offered { get; set; } = long.MaxValue;

    /// <summary>Whether the reader reads.</summary>
    public bool Reads { get; set; } = true;

    /// <summary>Bits of payload per second between two times.</summary>
    public double Goodput(double fromSeconds, double toSeconds) =>
        (ReceivedAt(toSeconds) - ReceivedAt(fromSeconds)) * 8 / (toSeconds - fromSeconds);

    private long ReceivedAt(double seconds)
    {
        var at = new Instant((long)(seconds * TimeSpan.TicksPerSecond));
        var index = _marks.FindLastIndex(mark => mark.At <= at);
        return index < 0 ? 0 : _marks[index].Received;
    }

    private void Send()
    {
        if (Client is not { } connection)
        {
            return;
        }

        while (Sent < Math.Min(_total, Offered) && connection.CanWrite)
        {
            var bytes = (int)Math.Min(_chunk.Length, Math.Min(_total, Offered) - Sent);
            Fill(_chunk.AsSpan(0, bytes), Sent);
            var taken = connection.Write(_chunk.AsSpan(0, bytes));
            if (taken == 0)
            {
                break;
            }

            Sent += taken;
        }

        if (_closes && Sent == _total)
        {
            connection.Close();
        }
    }

    private void Receive()
    {
        Server ??= _server.Endpoint.Accept();
        if (Server is not { } connection || !Reads)
        {
            return;
        }

        Span<byte> expected = stackalloc byte[4096];
        int read;
        while ((read = connection.Read(_chunk.AsSpan(0, expected.Length), _network.Now)) > 0)
        {
            Fill(expected[..read], Received);
            IsIntact &= expected[..read].SequenceEqual(_chunk.AsSpan(0, read));
            Received += read;
            if (_marks.Count == 0 || _network.Now - _marks[^1].At >= TimeSpan.FromMilliseconds(10))
            {
                _marks.Add((_network.Now, Received));
            }
            else
            {
                _marks[^1] = (_marks[^1].At, Received);
            }
        }
    }

    // Each byte follows from its place alone; the pattern's length has no common divisor with any packet's.
    private void Fill(Span<byte> bytes, long position)
    {
        while (!bytes.IsEmpty)
        {
            var from = _pattern.AsSpan((int)(position % _pattern.Length));
            var count = Math.Min(from.Length, bytes.Length);
            from[..count].CopyTo(bytes);
            bytes = bytes[count..];
            position += count;
        }
    }
}
