using System.Globalization;
using System.Text;
using LivCloud.Lab.Links;

namespace LivCloud.Lab.Topology;

/// <summary>Writes a lab file that <see cref="LabFileReader"/> reads back as the same lab.</summary>
internal static class LabFileWriter
{
    public static string Write(LabFile file)
    {
        var text = new StringBuilder("sites:\n");
        foreach (var site in file.Sites)
        {
            Line(text, $"  - name: {site.Name}\n    hosts: [{string.Join(", ", site.Hosts.Select(host => $"{{name: {host}}}"))}]");
        }

        Line(text, $"links:{(file.Links.Count == 0 ? " []" : "")}");
        foreach (var link in file.Links)
        {
            Line(text, $"  - name: {link.Name}\n    between: [{link.LeftSite}, {link.RightSite}]");
            var arguments = LinkArguments.Write(link.Settings);
            for (var i = 0; i < arguments.Length; i += 2)
            {
                Line(text, $"    {arguments[i][2..]}: {arguments[i + 1]}");
            }
        }

        Line(text, $"guests:{(file.Guests.Count == 0 ? " []" : "")}");
        foreach (var guest in file.Guests)
        {
            var work = guest.Workload;
            Line(text, $"  - name: {guest.Name}\n    host: {guest.Host}\n    memory: {guest.Memory.Bytes}");
            Line(text, $"    workload: {{dirty: {work.DirtyBytesPerSecond}/s, workingSet: {work.WorkingSet.Bytes}, compressibility: {work.Compressibility}, marker: {(work.HasMarker ? "true" : "false")}}}");
            if (guest.Disk is { } disk)
            {
                Line(text, $"    disk: {{size: {disk.Size.Bytes}, data: {disk.Data.Bytes}, storage: {(disk.Storage == GuestStorage.Nfs ? "nfs" : "local")}}}");
            }
        }

        if (file.ClientSite is { } clientSite)
        {
            Line(text, $"client:\n  site: {clientSite}");
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
