namespace LivCloud.Architecture.Tests.Rules;

/// <summary>The namespaces that decide and do nothing, and what they may therefore not use.</summary>
internal static class PureNamespaces
{
    /// <summary>Namespaces, each with those below it.</summary>
    public static IReadOnlyList<string> All { get; } = ["LivCloud.Channel.Protocol", "LivCloud.Channel.Wire", "LivCloud.Migration", "LivCloud.Nbd", "LivCloud.Prediction", "LivCloud.Transport"];

    /// <summary>Namespaces below a pure one that are not.</summary>
    public static IReadOnlyList<string> Except { get; } = ["LivCloud.Transport.Sockets"];

    /// <summary>What they may not use: a namespace ("A.*"), a type or a member ("A.B.C").</summary>
    public static IReadOnlyList<string> Forbidden { get; } =
    [
        "System.Net.Sockets.*",
        "System.Threading.Thread",
        "System.Threading.Timer",
        "System.Diagnostics.Stopwatch",
        "System.Diagnostics.Process",
        "System.IO.File",
        "System.IO.FileStream",
        "System.DateTime.get_Now",
        "System.DateTime.get_UtcNow",
        "System.DateTimeOffset.get_Now",
        "System.DateTimeOffset.get_UtcNow",
        "System.TimeProvider.get_System",
        "System.Environment.get_TickCount",
        "System.Environment.get_TickCount64",
        "System.Random.get_Shared",
        "System.Security.Cryptography.RandomNumberGenerator",
    ];

    /// <summary>Uses that are allowed all the same: the type that uses, what it uses, and why.</summary>
    public static IReadOnlyList<(string User, string Used, string Reason)> Exceptions { get; } = [];
}
