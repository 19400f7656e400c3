using LivCloud.Api;
using LivCloud.Core;

namespace LivCloud.Cli.Output;

/// <summary>Says what a migration would do.</summary>
internal static class PlanText
{
    /// <summary>A block of lines for people.</summary>
    public static IReadOnlyList<string> Of(Plan plan)
    {
        var lines = new List<string>
        {
            $"{plan.Vm}: {plan.Source} -> {plan.Destination}",
            $"  memory   {new ByteSize(plan.MemoryBytes)}",
        };
        if (plan.Storage == StorageMode.Copy)
        {
            lines.Add($"  disks    {new ByteSize(plan.DiskBytes)} to copy (what their images take, not their virtual size)");
        }
        else if (plan.Feasible)
        {
            // Of a move that is refused before the destination was asked it is not known.
            lines.Add("  disks    shared");
        }

        lines.AddRange(OutlookText.Of(plan));
        foreach (var check in plan.Checks)
        {
            lines.Add($"  {(check.Passed ? "ok    " : "FAILED")}   {check.Name}: {check.Detail}");
            if (check.Remedy is not null)
            {
                lines.Add($"           help: {check.Remedy}");
            }
        }

        lines.AddRange(plan.Conditions.Where(_ => plan.Feasible).Select(condition => $"  mind     {condition}"));
        lines.Add(plan switch
        {
            { Feasible: false } => "No: the migration would be refused.",
            { Verdict: PlanVerdict.No } => "No, but the migration would be tried, since it is forced.",
            { Verdict: PlanVerdict.GoWithConditions } => "Go, with what to mind: the migration would be started.",
            _ => "Go: the migration would be started.",
        });
        return lines;
    }
}
