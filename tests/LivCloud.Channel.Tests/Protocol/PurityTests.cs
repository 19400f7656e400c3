using System.Reflection;
using LivCloud.Channel.Protocol;

namespace LivCloud.Channel.Tests.Protocol;

public sealed class PurityTests
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] Forbidden = ["System.Net", "System.Threading", "System.IO", "System.Diagnostics.Stopwatch"];
    private static readonly Type[] ForbiddenTypes = [typeof(TimeProvider), typeof(DateTime), typeof(DateTimeOffset), typeof(Random)];

    [Fact]
    public void The_protocol_knows_no_socket_clock_thread_or_random_source()
    {
        var types = typeof(SessionCore).Assembly.GetTypes()
            .Where(type => type.Namespace is "LivCloud.Channel.Protocol" or "LivCloud.Channel.Wire")
            .ToList();
        Assert.True(types.Count > 30);
        Assert.Empty(types.SelectMany(type => Used(type).Where(IsForbidden).Select(used => $"{type.Name} uses {used}")).Distinct());
    }

    private static IEnumerable<Type> Used(Type type)
    {
        foreach (var field in type.GetFields(All))
        {
            yield return field.FieldType;
        }

        foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            foreach (var parameter in method.GetParameters())
            {
                yield return parameter.ParameterType;
            }

            foreach (var local in method.GetMethodBody()?.LocalVariables ?? [])
            {
                yield return local.LocalType;
            }
        }
    }

    private static bool IsForbidden(Type type) =>
        ForbiddenTypes.Contains(type) || Forbidden.Any(space => type.FullName?.StartsWith(space, StringComparison.Ordinal) ?? false);
}
