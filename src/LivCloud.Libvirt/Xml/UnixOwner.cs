using System.Globalization;

namespace LivCloud.Libvirt.Xml;

/// <summary>The owner of a file, or whom a process runs as.</summary>
/// <param name="UserId">The user's number.</param>
/// <param name="GroupId">The group's number.</param>
public readonly record struct UnixOwner(int UserId, int GroupId)
{
    /// <summary>Reads a label of libvirt's dac model: "+64055:+64055", or without the plus signs.</summary>
    /// <returns>false when it is none, such as one with names.</returns>
    public static bool TryParse(string? label, out UnixOwner owner)
    {
        owner = default;
        var parts = label?.Split(':');
        if (parts is not [var user, var group] || !TryParseId(user, out var userId) || !TryParseId(group, out var groupId))
        {
            return false;
        }

        owner = new UnixOwner(userId, groupId);
        return true;
    }

    private static bool TryParseId(string text, out int id)
    {
        var digits = text.StartsWith('+') ? text[1..] : text;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out id);
    }
}
