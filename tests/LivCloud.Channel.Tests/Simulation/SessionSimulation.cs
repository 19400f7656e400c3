using LivCloud.Channel.Protocol;
using LivCloud.Core;

namespace LivCloud.Channel.Tests.Simulation;

/// <summary>Random streams, links and failures from one seed.</summary>
internal sealed class SessionSimulation
{
    private const long MaxHeldBytes = 220L * 1024 * 1024;
    private readonly Random _random;
    private readonly SimulatedSession _session;
    private readonly Dictionary<uint, StreamCore>[] _streams = [[], []];
    private readonly List<SimulatedFlow> _flows = [];
    private readonly HashSet<uint> _aborted = [];

    public SessionSimulation(int seed)
    {
        _random = new Random(seed);
        _session = new SimulatedSession(new SessionSettings { MaxRetainedBytes = 1024 * 1024 * _random.Next(1, 8) }) { Handle = Handle };
    }

    /// <summary>Runs until every stream has ended, whatever happens to the links.</summary>
    public void Run()
    {
        var links = _random.Next(1, 4);
        for (var link = 0; link < links; link++)
        {
            AddLink();
        }

        for (var open = 0; open < _random.Next(1, 8); open++)
        {
            Open();
        }

        for (var step = 0; step < 150; step++)
        {
            Disturb();
            Work();
            _session.Run(TimeSpan.FromMilliseconds(_random.Next(1, 400)));
            Check();
        }

        Finish();
    }

    private void AddLink() =>
        _session.AddLink(TimeSpan.FromMilliseconds(_random.Next(0, 120)), _random.Next(200_000, 20_000_000), _random.Next(1, 128) * 1024);

    private void Open()
    {
        var end = _random.Next(2);
        var target = new StreamTarget((StreamKind)_random.Next(1, 6), _random.Next(2) == 0 ? MigrationId.Parse("abcdefghijkl") : null, _random.Next(9));
        if (_session.Cores[end].Open(target) is { } stream)
        {
            _streams[end].Add(stream.Id, stream);
        }
    }

    private void Disturb()
    {
        switch (_random.Next(30))
        {
            case 0 when _session.Links.Count > 0:
                _session.RemoveLink(_session.Links[_random.Next(_session.Links.Count)]);
                break;
            case 1 when _session.Links.Count > 0:
                _session.Links[_random.Next(_session.Links.Count)].IsSilent = true;
                break;
            case 2 or 3 when _session.Links.Count < 5:
                AddLink();
                break;
            case 4:
                _session.Cores[_random.Next(2)].SetCap(_session.Now, _random.Next(2) == 0 ? null : _random.Next(100_000, 10_000_000));
                break;
            case 5:
                Open();
                break;
            case 6 when _random.Next(4) == 0 && _flows.Count > 0:
                Abort(_flows[_random.Next(_flows.Count)]);
                break;
        }
    }

    private void Abort(SimulatedFlow flow)
    {
        var stream = _streams[flow.FromEnd][flow.Stream];
        if (stream.Phase != StreamPhase.Ended)
        {
            _aborted.Add(flow.Stream);
            _session.Cores[flow.FromEnd].Abort(stream, "The test wants it.");
        }
    }

    private void Work()
    {
        foreach (var flow in _flows)
        {
            if (_aborted.Contains(flow.Stream))
            {
                continue;
            }

            if (!flow.IsCompleted)
            {
                flow.Write(_session.Cores[flow.FromEnd], _streams[flow.FromEnd][flow.Stream], _random.Next(1, 150_000));
            }

            if (!flow.HasEnded && _streams[1 - flow.FromEnd].TryGetValue(flow.Stream, out var there))
            {
                flow.ReadAndCheck(_session.Cores[1 - flow.FromEnd], there, _random.Next(1, 200_000));
            }
        }
    }

    private void Check()
    {
        Assert.All(_session.Cores, core => Assert.Null(core.End));
        Assert.All(_session.Cores, core => Assert.InRange(core.HeldBytes, 0, MaxHeldBytes));
    }

    /// <summary>With one good link everything must come to its end.</summary>
    private void Finish()
    {
        _session.Cores[0].SetCap(_session.Now, null);
        _session.Cores[1].SetCap(_session.Now, null);
        _session.AddLink(TimeSpan.FromMilliseconds(5), 50_000_000);
        _session.Run(TimeSpan.FromSeconds(20));
        for (var round = 0; round < 2000 && _flows.Exists(flow => !flow.HasEnded && !_aborted.Contains(flow.Stream)); round++)
        {
            Work();
            _session.Run(TimeSpan.FromMilliseconds(20));
            Check();
        }

        Assert.All(_flows, flow => Assert.True(flow.HasEnded || _aborted.Contains(flow.Stream), $"Stream {flow.Stream} from end {flow.FromEnd} stopped at {flow.Read} of {flow.Written}."));
        _session.Run(TimeSpan.FromSeconds(30));
        Assert.All(_session.Cores, core => Assert.True(core.IsDrained, $"{core.Streams} streams and {core.UnacknowledgedBytes} B remain."));
        Assert.All(_session.Cores, core => Assert.Equal(0, core.HeldBytes));
    }

    private void Handle(int end, SessionEvent happened)
    {
        switch (happened.Kind)
        {
            case SessionEventKind.StreamOffered:
                _streams[end].Add(happened.Stream!.Id, happened.Stream);
                _session.Cores[end].Accept(happened.Stream);
                break;
            case SessionEventKind.StreamOpened:
                _flows.Add(new SimulatedFlow(happened.Stream!.Id, end, _random.Next(700_000)));
                _flows.Add(new SimulatedFlow(happened.Stream!.Id, 1 - end, _random.Next(700_000)));
                break;
            case SessionEventKind.StreamFailed:
                Assert.Contains(happened.Stream!.Id, _aborted);
                break;
            case SessionEventKind.LinkDead:
                Assert.Contains(_session.Links, link => link.Id == happened.Link && link.IsSilent);
                break;
            case SessionEventKind.Ended:
                Assert.Fail(_session.Cores[end].End!.Message);
                break;
        }
    }
}
