using System.Diagnostics.CodeAnalysis;
using System.Xml;
using System.Xml.Linq;

namespace LivCloud.Libvirt.Xml;

/// <summary>Reads XML that may come from another host: no DTD, no entities, limited size, never an exception.</summary>
internal static class XmlInput
{
    /// <summary>The most characters a document has. Libvirt's RPC carries strings of at most 4 MiB (REMOTE_STRING_MAX).</summary>
    internal const int MaxCharacters = 4 * 1024 * 1024;

    /// <summary>The most elements within each other; libvirt's descriptions have fewer than 20.</summary>
    private const int MaxDepth = 100;

    /// <summary>Loads a document whose root is <paramref name="rootName"/>.</summary>
    /// <returns>false with the reason when it is too long, no XML, has a DTD, is nested too deeply, or has another root.</returns>
    internal static bool TryLoad(string? xml, string rootName, [NotNullWhen(true)] out XElement? root, out string reason)
    {
        (root, reason) = (null, "");
        if (string.IsNullOrWhiteSpace(xml) || xml.Length > MaxCharacters)
        {
            reason = string.IsNullOrWhiteSpace(xml) ? "the document is empty" : $"the document has more than {MaxCharacters} characters";
            return false;
        }

        try
        {
            if (IsTooDeep(xml))
            {
                reason = $"the document has more than {MaxDepth} elements within each other";
                return false;
            }

            using var reader = Open(xml);
            var element = XDocument.Load(reader).Root;
            if (element?.Name != rootName)
            {
                reason = $"the document's root is '{element?.Name.LocalName}', not '{rootName}'";
                return false;
            }

            root = element;
            return true;
        }
        catch (XmlException ex)
        {
            reason = $"the document is no XML: {ex.Message}";
            return false;
        }
    }

    private static bool IsTooDeep(string xml)
    {
        using var reader = Open(xml);
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth)
            {
                return true;
            }
        }

        return false;
    }

    private static XmlReader Open(string xml) => XmlReader.Create(new StringReader(xml), new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxCharacters,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    });
}
