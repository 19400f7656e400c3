using System.Text;

namespace LivCloud.Cli.Output;

/// <summary>Rows in columns that are as wide as their widest cell, two spaces apart; never wrapped, so that scripts can read it.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row; an empty cell is written as "-".</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(cell => cell.Length > 0 ? cell : "-")]);

    /// <summary>The table, headings first, without a newline at its end.</summary>
    public override string ToString()
    {
        var widths = headings.Select((heading, column) => _rows.Select(row => row[column].Length).Append(heading.Length).Max()).ToArray();
        var text = new StringBuilder();
        foreach (var row in _rows.Prepend(headings))
        {
            var line = string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column])));
            text.Append(text.Length > 0 ? "\n" : "").Append(line.TrimEnd());
        }

        return text.ToString();
    }
}
