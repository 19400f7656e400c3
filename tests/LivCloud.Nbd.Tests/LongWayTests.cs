using Xunit.Abstractions;

namespace LivCloud.Nbd.Tests;

/// <summary>A client, both ends of a long way, and a server that works on all that it has in any order: the disk is as if each write had been waited for.</summary>
public sealed class LongWayTests(ITestOutputHelper output)
{
    private const int DiskBytes = 64, Steps = 2000;

    [Fact]
    public void The_disk_at_the_far_end_is_what_the_client_wrote()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            try
            {
                new Run(new Random(seed)).Play();
            }
            catch
            {
                output.WriteLine($"seed {seed}");
                throw;
            }
        }
    }

    private sealed class Run(Random random)
    {
        private readonly byte[] _expected = new byte[DiskBytes];
        private readonly byte[] _disk = new byte[DiskBytes];
        private readonly WriteBehind _near = new(answers: true);
        private readonly WriteSpool _spool = new();
        private readonly RequestOrder _far = new();
        private readonly Queue<(NbdRequest Request, byte Value)> _way = [];
        private readonly List<(NbdRequest Request, byte Value)> _atServer = [];
        private readonly Queue<NbdReply> _back = [];
        private byte[]? _atFlush;
        private int _flushes, _held, _replaced;

        public void Play()
        {
            for (var step = 0; step < Steps; step++)
            {
                switch (random.Next(5))
                {
                    case 0 when _atFlush is null:
                        Write();
                        break;
                    case 1:
                        Arrive();
                        break;
                    case 2:
                        Serve();
                        break;
                    case 3:
                        Answer();
                        break;
                    case 4:
                        Leave();
                        break;
                }

                if (_atFlush is null && random.Next(100) == 0)
                {
                    Send(new NbdRequest(0, NbdCommand.Flush, 1, 0, 0), 0);
                    _atFlush = [.. _expected];
                }
            }

            Assert.True(_flushes > 0, $"only {_flushes} flushes were answered");
            Assert.True(_held > 10, $"only {_held} requests depended on others");
            Assert.True(_replaced > 0, $"only {_replaced} writes took another's place");
        }

        private void Write()
        {
            var offset = random.Next(DiskBytes / 16) * 16;
            var request = new NbdRequest(0, NbdCommand.Write, 1, (ulong)offset, (uint)random.Next(1, 4) * 16);
            if (offset + request.Length > DiskBytes)
            {
                return;
            }

            var value = (byte)random.Next(256);
            _expected.AsSpan(offset, (int)request.Length).Fill(value);
            Send(request, value);
        }

        private void Send(NbdRequest request, byte value)
        {
            byte[] buffer = [value];
            if (_near.IsAnsweredHere(request) && _spool.TryReplace(request, buffer, out _))
            {
                _replaced++;
                return;
            }

            var isAnswered = _near.IsAnsweredHere(request);
            Assert.Equal(isAnswered ? new NbdReply(0, 1) : null, _near.Take(ref request));
            _spool.Add(request, buffer, isAnswered);
        }

        private void Leave()
        {
            if (_spool.TryTake(out var request, out var buffer))
            {
                _way.Enqueue((request, buffer[0]));
            }
        }

        private void Arrive()
        {
            if (_way.TryPeek(out var next))
            {
                Assert.Equal(NbdFault.None, _far.Take(next.Request, out var mayStart));
                if (mayStart)
                {
                    _atServer.Add(_way.Dequeue());
                }
                else
                {
                    _held++;
                }
            }
        }

        private void Serve()
        {
            if (_atServer.Count > 0)
            {
                var index = random.Next(_atServer.Count);
                var (request, value) = _atServer[index];
                _atServer.RemoveAt(index);
                _disk.AsSpan((int)request.Offset, (int)request.Length).Fill(value);
                var reply = new NbdReply(0, request.Cookie);
                Assert.Equal(NbdFault.None, _far.Take(reply, out _));
                _back.Enqueue(reply);
            }
        }

        private void Answer()
        {
            if (_back.TryDequeue(out var reply))
            {
                Assert.Equal(NbdFault.None, _near.Take(ref reply, out var isForClient, out _));
                if (isForClient)
                {
                    Assert.Equal(_atFlush, _disk);
                    _atFlush = null;
                    _flushes++;
                }
            }
        }
    }
}
