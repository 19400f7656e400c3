using YamlDotNet.RepresentationModel;

namespace LivCloud.Lab.Topology;

/// <summary>A YAML mapping whose keys are known beforehand; every complaint names the line.</summary>
internal sealed class YamlSection
{
    private readonly string _fileName;
    private readonly YamlMappingNode _mapping;
    private readonly string _where;

    public YamlSection(string fileName, YamlNode node, string where, string[] keys)
    {
        _fileName = fileName;
        _where = where;
        _mapping = node as YamlMappingNode ?? throw Wrong(node, $"{where} must be a mapping");
        foreach (var (key, _) in _mapping.Children)
        {
            if (key is not YamlScalarNode { Value: { } name } || !keys.Contains(name))
            {
                throw Wrong(key, $"unknown key '{key}' in {where}; known are {string.Join(", ", keys)}");
            }
        }
    }

    public string Text(string key) => OptionalText(key) ?? throw Wrong(_mapping, $"{_where} lacks '{key}'");

    public string? OptionalText(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode { Value: { Length: > 0 } value } => value,
        var node => throw Wrong(node, $"'{key}' in {_where} must be a single value"),
    };

    public List<string> Texts(string key) => [.. Items(key).Select(node => node is YamlScalarNode { Value: { } value }
        ? value
        : throw Wrong(node, $"'{key}' in {_where} must hold plain values"))];

    public YamlSection? Section(string key, string[] keys) =>
        Find(key) is { } node ? new YamlSection(_fileName, node, $"'{key}'", keys) : null;

    public IEnumerable<YamlSection> Sections(string key, string[] keys) =>
        Items(key).Select(node => new YamlSection(_fileName, node, $"an item of '{key}'", keys));

    public LabException Wrong(string key, string problem)
    {
        var node = Find(key) ?? _mapping;
        return Wrong(node, node is YamlScalarNode { Value: { } value } ? $"{key} '{value}': {problem}" : $"{key}: {problem}");
    }

    private YamlNode? Find(string key) => _mapping.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;

    private IList<YamlNode> Items(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode sequence => sequence.Children,
        var node => throw Wrong(node, $"'{key}' in {_where} must be a list"),
    };

    private LabException Wrong(YamlNode node, string problem) =>
        new(LabError.Invalid, $"{_fileName}, line {node.Start.Line}: {problem}.");
}
