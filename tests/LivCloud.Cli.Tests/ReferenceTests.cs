using System.CommandLine;
using LivCloud.Core;

namespace LivCloud.Cli.Tests;

public sealed class ReferenceTests
{
    private static readonly string[] Lines = File.ReadAllLines(FindReference());

    [Fact]
    public void Each_failure_code_is_in_the_row_of_its_exit_code()
    {
        Assert.All(Enum.GetValues<FailureCode>(), code =>
            Assert.Contains($"`{code}`", Lines.Single(line => line.StartsWith($"| {ExitCode.For(code)} |", StringComparison.Ordinal)), StringComparison.Ordinal));
    }

    [Fact]
    public void Each_command_and_option_is_documented()
    {
        using var interruption = new Interruption();
        var root = LivCloudCommand.Create(CliEnvironment.OfThisProcess(interruption));
        var missing = Leaves(root, "livcloud").Where(leaf => !IsDocumented(leaf.Path, leaf.Command)).Select(leaf => leaf.Path);
        Assert.Empty(missing);
    }

    private static bool IsDocumented(string path, Command command)
    {
        var row = Lines.SingleOrDefault(line => line.StartsWith($"| `{path}", StringComparison.Ordinal));
        var section = Lines.SkipWhile(line => line != $"### {path}").Skip(1).TakeWhile(line => !line.StartsWith('#'));
        var text = string.Join('\n', section.Prepend(row));
        return row is not null && command.Options.Where(option => option.Name.StartsWith("--", StringComparison.Ordinal) && option.Name != "--help")
            .All(option => text.Contains(option.Name, StringComparison.Ordinal));
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) =>
        command.Subcommands.Count == 0 ? [(path, command)] : command.Subcommands.SelectMany(each => Leaves(each, $"{path} {each.Name}"));

    private static string FindReference()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "docs", "reference.md");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("docs/reference.md is in no directory above the tests.");
    }
}
