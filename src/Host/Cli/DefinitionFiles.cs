using Dag.Host.Hosting;
using Dag.Workflows.Definitions;

namespace Dag.Host.Cli;

/// <summary>Reads definitions from files.</summary>
internal static class DefinitionFiles
{
    /// <summary>Reads one definition.</summary>
    /// <exception cref="UsageException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="DefinitionException">It is no workflow definition.</exception>
    public static async Task<WorkflowDefinition> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > DefinitionReader.MaxBytes } large)
            {
                throw new DefinitionException(
                    [new DefinitionFault("document", $"The file has {large.Length:N0} bytes.", $"Keep it under {DefinitionReader.MaxBytes:N0} bytes: data belongs in files.")]);
            }

            return DefinitionReader.Read(await File.ReadAllBytesAsync(file, cancellationToken));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException($"There is no file {file}. Name a workflow definition, such as workflows-json/retrain-on-new-data.json.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file} cannot be read: {e.Message}");
        }
    }

    /// <summary>
    /// The files that an argument names: itself, the <c>*.json</c> of a folder and its sub-folders, or those that match a pattern; schemas,
    /// <c>*.schema.json</c>, are no workflows.
    /// </summary>
    /// <exception cref="UsageException">A folder or pattern names none.</exception>
    public static IReadOnlyList<string> Find(string argument)
    {
        var isPattern = argument.AsSpan().ContainsAny('*', '?') && !File.Exists(argument);
        if (!isPattern && !Directory.Exists(argument))
        {
            return [argument];
        }

        var folder = isPattern ? Path.GetDirectoryName(argument) is { Length: > 0 } parent ? parent : "." : argument;
        var found = !Directory.Exists(folder)
            ? []
            : Directory.GetFiles(folder, isPattern ? Path.GetFileName(argument) : "*.json", isPattern ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories);
        found = [.. found.Where(f => !f.EndsWith(".schema.json", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found : throw new UsageException($"{argument} names no file.");
    }
}
