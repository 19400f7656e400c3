using System.Text.Json;
using System.Text.Json.Serialization;

namespace LivCloud.Api;

/// <summary>How the API's types are written as JSON: camelCase fields, enums by name, no nulls.</summary>
public static class ApiJson
{
    /// <summary>The options that agent, controller and clients share.</summary>
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Sets <paramref name="options"/> to the API's conventions and returns them.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.RespectNullableAnnotations = true;
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        return options;
    }
}
