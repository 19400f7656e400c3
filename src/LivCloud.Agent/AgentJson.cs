using System.Text.Json;
using System.Text.Json.Serialization;
using LivCloud.Core;

namespace LivCloud.Agent;

/// <summary>How the engine's values are written, in the journal and between agents: camelCase fields, enums and names as text.</summary>
internal static class AgentJson
{
    /// <summary>The options.</summary>
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    private static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.RespectNullableAnnotations = true;
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        options.Converters.Add(new NameConverter<HostName>(HostName.TryParse));
        options.Converters.Add(new NameConverter<MigrationId>(MigrationId.TryParse));
        return options;
    }
}
