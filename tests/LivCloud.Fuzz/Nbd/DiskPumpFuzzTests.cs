using LivCloud.Agent.Relays.Disks;
using LivCloud.Nbd;

namespace LivCloud.Fuzz.Nbd;

/// <summary>Damaged requests and replies of a disk's copy: they are told as no NBD, and nothing is made up.</summary>
public sealed class DiskPumpFuzzTests
{
    private static readonly int Seeds = int.TryParse(Environment.GetEnvironmentVariable("LIVCLOUD_FUZZ_SEEDS"), out var seeds) ? seeds : 300;

    [Fact]
    public async Task Damaged_requests_and_replies_end_in_a_fault_and_nothing_else()
    {
        var (passed, faults) = (0, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            var tap = new Tap();
            var requests = Damage(random, Requests(random));
            var sent = new MemoryStream();
            var isFault = await IsFaultAsync(seed, new RequestPump(new Trickle(random, requests), sent, tap).RunAsync);
            Assert.True(sent.Length <= requests.Length && tap.Near.Outstanding <= WriteBehind.MaxOutstanding, $"Seed {seed}");
            faults += isFault ? 1 : 0;
            passed += tap.Taken;

            var replies = Damage(random, tap.Replies(random));
            var answered = new MemoryStream();
            faults += await IsFaultAsync(seed, new ReplyPump(new Trickle(random, replies), answered, tap).RunAsync) ? 1 : 0;
            Assert.True(answered.Length <= replies.Length, $"Seed {seed}");
        }

        Assert.True(faults > Seeds / 8 && passed > Seeds * 10, $"{faults} faults and {passed} requests in {Seeds} rounds: the damage is too little or too much.");
    }

    [Fact]
    public void No_bytes_make_a_head_throw()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var bytes = new byte[NbdRequest.Bytes + NbdOptionReply.Bytes];
            new Random(seed).NextBytes(bytes);
            NbdRequest.Read(bytes, out _);
            NbdReply.Read(bytes, out _);
            NbdOption.Read(bytes, out _);
            NbdOptionReply.Read(bytes, out _);
            NbdGreeting.Check(bytes);
            NbdExport.TryRead(bytes.AsSpan(0, seed % bytes.Length), out _);
        }
    }

    private static async Task<bool> IsFaultAsync(int seed, Func<Task> run)
    {
        try
        {
            await run();
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
        catch (Exception ex)
        {
            throw new InvalidOperationException($"Seed {seed}: {ex.Message}", ex);
        }
    }

    private static byte[] Requests(Random random)
    {
        var bytes = new MemoryStream();
        var head = new byte[NbdRequest.Bytes];
        for (var count = 0; count < 60; count++)
        {
            var request = new NbdRequest(0, (NbdCommand)random.Next(7), (ulong)random.Next(4), (ulong)random.Next(1 << 20), (uint)random.Next(100));
            request.Write(head);
            bytes.Write(head);
            bytes.Write(new byte[request.PayloadBytes]);
        }

        return bytes.ToArray();
    }

    private static byte[] Damage(Random random, byte[] bytes)
    {
        for (var count = random.Next(3); count > 0 && bytes.Length > 0; count--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(2) == 0 ? bytes : bytes[..random.Next(bytes.Length + 1)];
    }

    /// <summary>What comes in parts of any length.</summary>
    private sealed class Trickle(Random random, byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 5000))], cancellationToken);
    }

    private sealed class Tap : IRequestTap, IReplyTap
    {
        private readonly List<NbdRequest> _sent = [];

        public WriteBehind Near { get; } = new(answers: true);

        public int Taken => _sent.Count;

        public bool TryTake(in NbdRequest request)
        {
            var sent = request;
            Near.Take(ref sent);
            _sent.Add(sent);
            return true;
        }

        public Task WaitAsync() => Task.CompletedTask;

        public byte[] Replies(Random random)
        {
            var bytes = new MemoryStream();
            var head = new byte[NbdReply.Bytes];
            foreach (var request in _sent.Where(request => request.Command != NbdCommand.Disconnect).OrderBy(_ => random.Next()))
            {
                new NbdReply(0, request.Cookie).Write(head);
                bytes.Write(head);
                bytes.Write(new byte[request.Command == NbdCommand.Read ? request.Length : 0]);
            }

            return bytes.ToArray();
        }

        public bool Take(ref NbdReply reply, out uint payloadBytes)
        {
            DiskFault.Check(Near.Take(ref reply, out var isForClient, out payloadBytes));
            return isForClient;
        }

        public ValueTask SendAsync(Stream to, ReadOnlyMemory<byte> replies, bool isWhole) => to.WriteAsync(replies);
    }
}
