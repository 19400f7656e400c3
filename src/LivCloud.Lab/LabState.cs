using System.Text.Json;
using LivCloud.Lab.Networks;

namespace LivCloud.Lab;

/// <summary>What a lab that is up can not compute from its file.</summary>
/// <param name="WithAgents">Whether hosts run agents.</param>
/// <param name="Executable">The `livcloud` executable that the lab uses.</param>
/// <param name="Kvm">Whether guests use KVM; they are emulated otherwise.</param>
/// <param name="CacheDirectory">Where the guests' kernel and initramfs are.</param>
/// <param name="Markers">Each guest's unique string.</param>
/// <param name="Complete">Whether the lab came up fully.</param>
internal sealed record LabState(bool WithAgents, string Executable, bool Kvm, string CacheDirectory, Dictionary<string, string> Markers, bool Complete)
{
    public static LabState Load(LabNames names)
    {
        try
        {
            return JsonSerializer.Deserialize<LabState>(File.ReadAllText(names.StateFile))!;
        }
        catch (Exception ex) when (ex is IOException or JsonException)
        {
            throw new LabException(Directory.Exists(names.RunDirectory) ? LabError.Conflict : LabError.NotFound, Directory.Exists(names.RunDirectory)
                ? $"The lab '{names.Lab}' did not come up fully; `livcloud lab down {names.Lab}` removes what is left of it."
                : $"There is no lab '{names.Lab}'; `livcloud lab status` lists those that are up.", ex);
        }
    }

    public void Save(LabNames names)
    {
        File.WriteAllText(names.StateFile + ".new", JsonSerializer.Serialize(this));
        File.Move(names.StateFile + ".new", names.StateFile, overwrite: true);
    }
}
