using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace LivCloud.Core;

/// <summary>Names one migration on all hosts that take part in it: 12 lower-case letters and digits (about 62 random bits).</summary>
/// <remarks>Short enough to type and for a socket path (sun_path holds 108 bytes); it can not hold a separator, so it is safe in a path.</remarks>
public readonly record struct MigrationId
{
    /// <summary>How many characters an identifier has.</summary>
    public const int Characters = 12;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    private readonly string? _value;

    private MigrationId(string value) => _value = value;

    /// <summary>A new identifier from the system's random source.</summary>
    public static MigrationId Create() => new(RandomNumberGenerator.GetString(Alphabet, Characters));

    /// <summary>Reads an identifier.</summary>
    /// <returns>false unless the text is exactly 12 lower-case letters and digits.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out MigrationId id)
    {
        id = default;
        if (text is null || text.Length != Characters || text.Any(character => !Alphabet.Contains(character, StringComparison.Ordinal)))
        {
            return false;
        }

        id = new MigrationId(text);
        return true;
    }

    /// <summary>Reads an identifier that is known to be one, such as one from the journal.</summary>
    /// <exception cref="FormatException">The text is no identifier.</exception>
    public static MigrationId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a migration id (12 lower-case letters and digits).");

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";
}
