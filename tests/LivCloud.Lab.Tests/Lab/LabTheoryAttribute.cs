namespace LivCloud.Lab.Tests;

/// <summary>A test that builds a lab and has rows; skipped where <see cref="LabFactAttribute"/> is.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabTheoryAttribute : TheoryAttribute
{
    public LabTheoryAttribute() => Skip = new LabFactAttribute().Skip;
}
