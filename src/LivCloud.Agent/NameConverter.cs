using System.Text.Json;
using System.Text.Json.Serialization;

namespace LivCloud.Agent;

/// <summary>Writes a name of ours as the text it is, and refuses text that is none.</summary>
/// <typeparam name="T">The kind of name.</typeparam>
/// <param name="tryParse">Reads one.</param>
internal sealed class NameConverter<T>(NameConverter<T>.Reader tryParse) : JsonConverter<T>
    where T : struct
{
    /// <summary>Reads a name.</summary>
    public delegate bool Reader(string? text, out T name);

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && tryParse(reader.GetString(), out var name)
            ? name
            : throw new JsonException($"This is no {typeof(T).Name}.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
