using System.Diagnostics;
using System.Net.Sockets;

namespace LivCloud.Architecture.Tests.Fixtures;

/// <summary>Uses what pure code may not, in each way that the check must see.</summary>
internal sealed class ImpureFixture
{
#pragma warning disable CS0169, IDE0051, CA1823 // The check must see a field by its type alone.
    private readonly Socket? _onlyAField;
#pragma warning restore CS0169, IDE0051, CA1823

    public static DateTime InCode() => DateTime.UtcNow;

    public static int InAClosure() => new Func<int>(() => Random.Shared.Next())();

    public static async Task<long> InAStateMachineAsync()
    {
        await Task.Yield();
        return Stopwatch.GetTimestamp();
    }

    public static List<TcpClient> InASignature() => [];
}
