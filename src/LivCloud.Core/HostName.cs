using System.Diagnostics.CodeAnalysis;

namespace LivCloud.Core;

/// <summary>The name of a host: what its certificate, its peers and its users call it.</summary>
/// <remarks>A DNS name in lower case (RFC 1123 §2.1): labels of 1 to 63 letters, digits and inner hyphens, 253 characters at most.</remarks>
public readonly record struct HostName
{
    /// <summary>The most characters a name has (RFC 1035 §2.3.4, less the length octets).</summary>
    public const int MaxCharacters = 253;

    private const int MaxLabelCharacters = 63;
    private readonly string? _value;

    private HostName(string value) => _value = value;

    /// <summary>Reads a name; upper case is folded to lower case.</summary>
    /// <returns>false when the text is no DNS name.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out HostName name)
    {
        name = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxCharacters)
        {
            return false;
        }

        var lower = text.ToLowerInvariant();
        foreach (var label in lower.Split('.'))
        {
            if (label.Length is 0 or > MaxLabelCharacters || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            if (label.Any(character => !char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && character != '-'))
            {
                return false;
            }
        }

        name = new HostName(lower);
        return true;
    }

    /// <summary>Reads a name that is known to be one, such as a constant.</summary>
    /// <exception cref="FormatException">The text is no DNS name.</exception>
    public static HostName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a host name (letters, digits, hyphens and dots).");

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";
}
