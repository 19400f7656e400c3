using LivCloud.Architecture.Tests.Rules;

namespace LivCloud.Architecture.Tests;

public sealed class DependencyTests
{
    // Namespaces that may declare native functions, each with those below it.
    private static readonly string[] Native = ["LivCloud.Libvirt", "LivCloud.Channel.Links", "LivCloud.Lab", "LivCloud.Transport.Sockets"];

    public static TheoryData<string> Projects() => [.. Repository.ProjectsIn("src")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_what_the_table_allows(string project)
    {
        Assert.True(DependencyTable.Allowed.TryGetValue(project, out var allowed), $"{project} is not in the table.");
        using var uses = Open(project);
        Assert.Empty(uses.References.Where(name => name.StartsWith("LivCloud.", StringComparison.Ordinal)).Except(allowed));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Pure_namespaces_touch_no_socket_clock_thread_or_random_source(string project)
    {
        using var uses = Open(project);
        Assert.Empty(ForbiddenUses(uses, PureNamespaces.All, PureNamespaces.Except));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Native_functions_are_declared_only_where_they_belong(string project)
    {
        using var uses = Open(project);
        Assert.All(uses.NativeCallers, type => Assert.True(IsWithin(type, Native), $"{type} declares native functions."));
    }

    [Fact]
    public void The_check_of_pure_namespaces_sees_fields_code_closures_and_signatures()
    {
        using var uses = new AssemblyUses(typeof(DependencyTests).Assembly.Location);
        var found = ForbiddenUses(uses, ["LivCloud.Architecture.Tests.Fixtures"], []);
        foreach (var expected in (string[])
                 [
                     "System.Net.Sockets.Socket", "System.DateTime.get_UtcNow", "System.Random.get_Shared", "System.Diagnostics.Stopwatch",
                     "System.Net.Sockets.TcpClient",
                 ])
        {
            Assert.Contains(found, use => use.EndsWith($" uses {expected}", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_project_has_a_sentence_in_the_architecture(string project)
    {
        var row = Repository.Read("ARCHITECTURE.md").Split('\n').SingleOrDefault(line => line.StartsWith($"| `{project}` |", StringComparison.Ordinal));
        Assert.False(row is null, $"No row of ARCHITECTURE.md starts with `{project}`.");
        var cells = row.Split('|', StringSplitOptions.TrimEntries);
        Assert.True(cells[2].Length > 10, $"{project} has no sentence.");
        var stated = cells[3].Split([' ', ',', '`'], StringSplitOptions.RemoveEmptyEntries).Where(word => word != "nothing").Select(word => $"LivCloud.{word}");
        Assert.Equal(DependencyTable.Allowed[project].Where(Repository.ProjectsIn("src").Contains).Order(), stated.Order());
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("LivCloud.slnx");
        Assert.All(
            Repository.ProjectsIn("src").Concat(Repository.ProjectsIn("tests")),
            project => Assert.Contains($"/{project}.csproj\"", solution, StringComparison.Ordinal));
    }

    private static List<string> ForbiddenUses(AssemblyUses uses, IReadOnlyList<string> within, IReadOnlyList<string> except) =>
        [.. uses.All()
            .Where(use => IsWithin(use.User, within) && !IsWithin(use.User, except))
            .Where(use => PureNamespaces.Forbidden.Any(forbidden => Matches(use.Used, forbidden)))
            .Where(use => !PureNamespaces.Exceptions.Any(exception => IsWithin(use.User, [exception.User]) && exception.Used == use.Used))
            .Select(use => $"{use.User} uses {use.Used}")];

    private static bool Matches(string used, string forbidden) =>
        forbidden.EndsWith(".*", StringComparison.Ordinal)
            ? used.StartsWith(forbidden[..^1], StringComparison.Ordinal)
            : IsWithin(used, [forbidden]);

    private static bool IsWithin(string name, IReadOnlyList<string> places) =>
        places.Any(place => name == place || name.StartsWith($"{place}.", StringComparison.Ordinal));

    private static AssemblyUses Open(string project) =>
        new(Path.Combine(AppContext.BaseDirectory, $"{DependencyTable.AssemblyOf(project)}.dll"));
}
