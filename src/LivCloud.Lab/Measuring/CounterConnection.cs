using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using LivCloud.Lab.Native;

namespace LivCloud.Lab.Measuring;

/// <summary>One TCP connection over which a counter goes to the guest and back; a break, a repetition or a hole is seen.</summary>
internal sealed class CounterConnection : IDisposable
{
    private const long IntervalNanoseconds = 10_000_000;
    private const int QuestionBytes = 8, AnswerBytes = 16;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Lock _lock = new();
    private volatile bool _stopping;
    private bool _windowOpen = true;
    private GapMeter _gaps = new(MonotonicClock.Now);
    private long _counter;
    private string? _error;

    public Task ConnectAsync(IPEndPoint target, CancellationToken cancellationToken) => _socket.ConnectAsync(target, cancellationToken).AsTask();

    public void Stop()
    {
        _stopping = true;
        _socket.Dispose();
    }

    public void StartWindow(long now)
    {
        lock (_lock)
        {
            (_gaps, _windowOpen) = (new GapMeter(now), true);
        }
    }

    public void EndWindow(long now)
    {
        lock (_lock)
        {
            _gaps.Heard(now);
            _windowOpen = false;
        }
    }

    public TcpResult Result()
    {
        lock (_lock)
        {
            return new TcpResult(_error is null, _counter, IntervalNanoseconds / 1e6, _gaps.LongestNanoseconds / 1e6, _error);
        }
    }

    public void Send()
    {
        Span<byte> question = stackalloc byte[QuestionBytes];
        var due = MonotonicClock.Now;
        for (var counter = 1L; !_stopping; counter++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(question, counter);
            try
            {
                _socket.Send(question);
            }
            catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
            {
                Broken(ex.Message);
                return;
            }

            due = Math.Max(due + IntervalNanoseconds, MonotonicClock.Now);
            MonotonicClock.SleepUntil(due);
        }
    }

    public void Receive()
    {
        MonotonicClock.MakeThreadPunctual();
        Span<byte> answer = stackalloc byte[AnswerBytes];
        for (var expected = 1L; !_stopping; expected++)
        {
            try
            {
                for (var have = 0; have < AnswerBytes;)
                {
                    var received = _socket.Receive(answer[have..]);
                    if (received == 0)
                    {
                        Broken("the guest closed the connection");
                        return;
                    }

                    have += received;
                }
            }
            catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
            {
                Broken(ex.Message);
                return;
            }

            var (ours, theirs) = (BinaryPrimitives.ReadInt64LittleEndian(answer), BinaryPrimitives.ReadInt64LittleEndian(answer[8..]));
            if (ours != expected || theirs != expected)
            {
                Broken($"counter {expected} was expected, {ours} came back and the guest counted {theirs}");
                return;
            }

            lock (_lock)
            {
                _counter = ours;
                if (_windowOpen)
                {
                    _gaps.Heard(MonotonicClock.Now);
                }
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Broken(string error)
    {
        if (!_stopping)
        {
            lock (_lock)
            {
                _error ??= error;
            }
        }
    }
}
