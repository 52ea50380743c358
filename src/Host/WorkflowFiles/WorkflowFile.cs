using System.IO.Enumeration;
using Dag.Host.Cli;
using Dag.Host.Hosting;
using Dag.Workflows.Definitions;

namespace Dag.Host.WorkflowFiles;

/// <summary>A file of a folder of workflows, as it was read.</summary>
/// <param name="Path">Its path in the folder, with slashes.</param>
/// <param name="Definition">The definition; null when it cannot be read.</param>
/// <param name="Faults">Why it cannot be read.</param>
internal sealed record WorkflowFile(string Path, WorkflowDefinition? Definition, IReadOnlyList<DefinitionFault> Faults)
{
    /// <summary>
    /// The workflow files of a folder and its sub-folders, by path: every <c>*.json</c> but schemas, hidden files and what lies in hidden folders. Links to
    /// files are followed (Kubernetes mounts files so), links to folders are not.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static IReadOnlyList<string> Find(string folder)
    {
        var files = new FileSystemEnumerable<string>(
            folder,
            (ref entry) => System.IO.Path.GetRelativePath(folder, entry.ToFullPath()).Replace(System.IO.Path.DirectorySeparatorChar, '/'),
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && !entry.FileName.StartsWith('.')
                && entry.FileName.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && !entry.FileName.EndsWith(".schema.json", StringComparison.OrdinalIgnoreCase),
            ShouldRecursePredicate = (ref entry) => !entry.FileName.StartsWith('.') && (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
        return [.. files.Order(StringComparer.Ordinal)];
    }

    /// <summary>Reads a file; what is wrong with it is in the result.</summary>
    public static async Task<WorkflowFile> ReadAsync(string folder, string path, CancellationToken cancellationToken)
    {
        try
        {
            var definition = await DefinitionFiles.ReadAsync(System.IO.Path.Combine(folder, path), cancellationToken);
            return JsonMembers.Text(definition.Source, "definitionId") is { } id && !string.IsNullOrWhiteSpace(id)
                ? new WorkflowFile(path, definition, [])
                : new WorkflowFile(path, null, [new DefinitionFault("definitionId", "The file has no \"definitionId\", which ties its versions together.", "Add one, and never change it.")]);
        }
        catch (DefinitionException e)
        {
            return new WorkflowFile(path, null, e.Faults);
        }
        catch (UsageException e)
        {
            return new WorkflowFile(path, null, [new DefinitionFault("file", e.Message, "")]);
        }
    }
}
