using System.Text.Json;
using LivCloud.Api;

namespace LivCloud.Cli.Output;

/// <summary>Writes results.</summary>
internal static class OutputWriter
{
    private static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true };

    /// <summary>Writes a value as the API's JSON, indented.</summary>
    public static Task WriteJsonAsync<T>(this TextWriter output, T value) => output.WriteLineAsync(JsonSerializer.Serialize(value, Indented));
}
