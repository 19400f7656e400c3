namespace LivCloud.Prediction.Courses;

/// <summary>How the moving of a guest's memory goes.</summary>
/// <param name="Converges">Whether it ends within the limits it was given.</param>
/// <param name="Live">How long the guest runs meanwhile.</param>
/// <param name="LastBytes">What is sent while the guest stands still, in bytes.</param>
/// <param name="Bytes">All that is sent, in bytes.</param>
/// <param name="Passes">How many times the memory is gone through.</param>
public sealed record MemoryCourse(bool Converges, TimeSpan Live, double LastBytes, double Bytes, int Passes)
{
    /// <summary>What the last bytes add to the pause.</summary>
    /// <param name="path">What carries them.</param>
    public TimeSpan LastTime(PathLoad path) => path.TimeFor(LastBytes);
}
