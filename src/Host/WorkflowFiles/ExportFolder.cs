using System.Runtime.CompilerServices;
using Dag.Host.ElsaApi;
using Dag.Host.Hosting;
using Dag.Workflows.Definitions;

namespace Dag.Host.WorkflowFiles;

/// <summary>
/// A folder that workflows are written to. A workflow that has a file there, whatever its name, stays in it; a file that says the same already is left
/// as it is. What is no file of that workflow is never written over.
/// </summary>
internal sealed class ExportFolder(string folder)
{
    private const int GeneratedIdLength = 32;

    /// <summary>Writes each to its file; says of each what was done.</summary>
    /// <exception cref="UsageException">A file is in the way; nothing is written.</exception>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read or written.</exception>
    public async IAsyncEnumerable<string> WriteAsync(IReadOnlyList<WorkflowDefinition> definitions, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var there = await ReadAsync(cancellationToken);
        var planned = Plan(definitions, there);
        foreach (var (path, definition) in planned)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = there.GetValueOrDefault(path)?.Definition;
            if (before is not null && CanonicalDefinition.Same(before, definition))
            {
                yield return $"{path}: unchanged";
                continue;
            }

            await WriteAsync(path, CanonicalDefinition.Write(definition), cancellationToken);
            yield return $"{path}: {(before is null ? "new" : "changed")}, version {definition.Version} of {definition.Name}";
        }
    }

    private async Task<Dictionary<string, WorkflowFile>> ReadAsync(CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, WorkflowFile>();
        foreach (var path in WorkflowFile.Find(folder))
        {
            files[path] = await WorkflowFile.ReadAsync(folder, path, cancellationToken);
        }

        return files;
    }

    // All of it before the first file is written.
    private List<(string Path, WorkflowDefinition Definition)> Plan(IReadOnlyList<WorkflowDefinition> definitions, Dictionary<string, WorkflowFile> there)
    {
        var own = there.Values.Where(f => f.Definition is not null).ToLookup(f => f.Definition!.DefinitionId);
        var planned = new List<(string Path, WorkflowDefinition Definition)>();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var faults = new List<string>();
        foreach (var definition in definitions)
        {
            var files = own[definition.DefinitionId].Select(f => f.Path).ToList();
            if (files.Count > 1)
            {
                faults.Add($"{string.Join(" and ", files)} are both files of the workflow {definition.DefinitionId}: remove one.");
                continue;
            }

            var path = files is [var one] ? one : NewName(definition, taken, there);
            if (files.Count == 0 && Path.Exists(Path.Combine(folder, path)))
            {
                faults.Add($"{Path.Combine(folder, path)} is no file of the workflow {definition.DefinitionId}, and is not written over: move it, or name another folder with --to.");
            }

            taken.Add(path);
            planned.Add((path, definition));
        }

        return faults.Count == 0 ? planned : throw new UsageException(string.Join(Environment.NewLine, faults));
    }

    // Of the id, or of the name when the id was generated; never two workflows in one file.
    private static string NewName(WorkflowDefinition definition, HashSet<string> taken, Dictionary<string, WorkflowFile> there)
    {
        var id = definition.DefinitionId;
        var isGenerated = id.Length == GeneratedIdLength && id.All(char.IsAsciiHexDigit);
        var slug = ExportedFiles.Slug(isGenerated ? definition.Name : id);
        var isAnothers = taken.Contains($"{slug}.json") || there.GetValueOrDefault($"{slug}.json")?.Definition is not null;
        return isAnothers ? $"{slug}-{ExportedFiles.Slug(id)}.json" : $"{slug}.json";
    }

    // Seen whole, or not at all: the service may be watching.
    private async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, path);
        var part = Path.Combine(Path.GetDirectoryName(file)!, $".{Path.GetFileName(file)}.{Guid.NewGuid():N}.part");
        try
        {
            await File.WriteAllTextAsync(part, text, cancellationToken);
            File.Move(part, file, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
