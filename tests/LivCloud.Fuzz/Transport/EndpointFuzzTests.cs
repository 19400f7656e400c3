using LivCloud.Transport;
using LivCloud.Transport.Connections;

namespace LivCloud.Fuzz.Transport;

/// <summary>Damaged, repeated and made-up datagrams among those of a real connection: nothing throws, and memory stays bounded.</summary>
public sealed class EndpointFuzzTests
{
    private static readonly int Seeds = int.TryParse(Environment.GetEnvironmentVariable("LIVCLOUD_FUZZ_SEEDS"), out var seeds) ? seeds / 5 : 60;
    private static readonly DatagramAddress Here = new(0xFFFF_0A00_0001, 1, 0), There = new(0xFFFF_0A00_0002, 2, 0);

    [Theory]
    [InlineData(ControlLaw.QueueBound)]
    [InlineData(ControlLaw.Native)]
    public void No_datagrams_make_an_endpoint_throw(ControlLaw law)
    {
        long received = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            try
            {
                received += new Storm(law, seed).Run();
            }
            catch (Exception ex)
            {
                throw new InvalidOperationException($"Seed {seed}: {ex.Message}", ex);
            }
        }

        Assert.True(received > Seeds * 10_000L, $"Only {received / Seeds} bytes arrived in each storm: it is too wild to reach anything.");
    }

    /// <summary>Two endpoints, and somebody between them.</summary>
    private sealed class Storm
    {
        private const int Rounds = 600;
        private readonly Random _random;
        private readonly Endpoint _client, _server;
        private readonly ConnectionAttempt _attempt;
        private readonly List<byte[]> _seen = [];
        private readonly byte[] _buffer = new byte[64 << 10];
        private Connection? _accepted;
        private Instant _now;
        private long _received;

        public Storm(ControlLaw law, int seed)
        {
            _random = new Random(seed);
            var settings = new EndpointSettings { Connection = new ConnectionSettings { Law = law, ReceivePackets = 256, SendPackets = 1024 }, Listens = true };
            _client = new Endpoint(settings, () => (ulong)_random.NextInt64(), _now);
            _server = new Endpoint(settings, () => (ulong)_random.NextInt64(), _now);
            _attempt = _client.Connect(There, _random.Next(10) == 0, _now);
        }

        public long Run()
        {
            for (var round = 0; round < Rounds; round++)
            {
                _now += TimeSpan.FromMilliseconds(_random.Next(100) == 0 ? _random.Next(3000) : 2);
                _accepted ??= _server.Accept();
                _attempt.Connection?.Write(_buffer.AsSpan(0, _random.Next(5000)));
                _accepted?.Write(_buffer.AsSpan(0, _random.Next(100)));
                Move(_client, Here, _server);
                Move(_server, There, _client);
                _received += _accepted?.Read(_buffer, _now) ?? 0;
                _ = _attempt.Connection?.Read(_buffer, _now);
                _ = _client.PollTimeout(_now);
            }

            return _received;
        }

        private void Move(Endpoint from, DatagramAddress address, Endpoint to)
        {
            from.HandleTimeout(_now);
            int bytes;
            var trains = 0;
            while (trains++ < 50 && (bytes = from.PollTransmit(_now, _buffer, out _, out var datagram)) > 0)
            {
                for (var at = 0; at < bytes; at += datagram)
                {
                    Deliver(to, address, _buffer.AsSpan(at, Math.Min(datagram, bytes - at)).ToArray());
                }
            }
        }

        private void Deliver(Endpoint to, DatagramAddress sender, byte[] datagram)
        {
            if (_seen.Count < 500)
            {
                _seen.Add(datagram);
            }

            switch (_random.Next(20))
            {
                case 0:
                    break;
                case 1:
                    to.HandleDatagram(_now, sender, datagram);
                    to.HandleDatagram(_now, sender with { Port = 7 }, datagram);
                    break;
                case 2:
                    to.HandleDatagram(_now, sender, Damage(datagram));
                    to.HandleDatagram(_now, sender, datagram);
                    break;
                case 3:
                    to.HandleDatagram(_now, sender, Damage(_seen[_random.Next(_seen.Count)]));
                    to.HandleDatagram(_now, sender, datagram);
                    break;
                default:
                    to.HandleDatagram(_now, sender, datagram);
                    break;
            }
        }

        // Control packets' words are changed more often than payloads: that is where the parsers are.
        private byte[] Damage(byte[] datagram)
        {
            var damaged = datagram[.._random.Next(1, datagram.Length + 1)];
            for (var changes = _random.Next(4); changes >= 0; changes--)
            {
                damaged[_random.Next(Math.Min(damaged.Length, 96))] = (byte)(_random.Next(3) == 0 ? 0xFF : _random.Next(256));
            }

            // A shutdown or a damaged token ends nothing; a true one would end the storm.
            return damaged is [0x80, 0x05, ..] ? datagram : damaged;
        }
    }
}
