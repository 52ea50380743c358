using Dag.Workflows.Activities;

namespace Dag.Host.Reference;

/// <summary>The files of the repository that are made from the activity classes: pages for people, a schema for editors.</summary>
internal static class ReferenceFiles
{
    /// <summary>Where the pages lie in the repository.</summary>
    public const string Pages = "docs/activities";

    /// <summary>Where the schema lies in the repository.</summary>
    public const string Schema = "workflows-json/workflow.schema.json";

    /// <summary>Makes them anew.</summary>
    /// <param name="catalog">The activities.</param>
    /// <param name="repository">The repository's folder, which holds the examples that the pages show.</param>
    /// <returns>The texts, by path in the repository.</returns>
    public static IReadOnlyDictionary<string, string> Make(ActivityCatalog catalog, string repository)
    {
        var families = ActivityFamily.Of(catalog, Path.Combine(repository, Pages, "examples"));
        var files = families.ToDictionary(f => $"{Pages}/{f.FileName}", ActivityPage.Write);
        files[$"{Pages}/README.md"] = ActivityIndex.Write(families);
        files[Schema] = WorkflowSchema.Write(catalog);
        return files;
    }

    /// <summary>Writes them into the repository.</summary>
    /// <returns>The paths that were written, in the repository.</returns>
    public static IReadOnlyCollection<string> Write(ActivityCatalog catalog, string repository)
    {
        var files = Make(catalog, repository);
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(repository, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        return [.. files.Keys];
    }
}
