namespace LivCloud.Agent.Peers;

/// <summary>What a source asks at the end of a migration.</summary>
/// <param name="Vm">The migration's VM.</param>
/// <param name="MayRun">Whether libvirt's Finish call may have been let through.</param>
internal sealed record SettleRequest(Guid Vm, bool MayRun);

/// <summary>The paths of the API between agents. Version 1; a change that an older agent would misread gets a new version.</summary>
internal static class PeerPaths
{
    public const string Appraise = "/peer/v1/appraisals";
    public const string Reservations = "/peer/v1/reservations";
    public const string Capacity = "/peer/v1/capacity";
}
