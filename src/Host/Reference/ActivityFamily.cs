using Dag.Workflows.Activities;

namespace Dag.Host.Reference;

/// <summary>The activities of one category, which share a page.</summary>
/// <param name="Name">The category.</param>
/// <param name="Activities">Its activities, in the order of their registration.</param>
/// <param name="Example">A workflow that shows some of them, as JSON; null when there is none.</param>
internal sealed record ActivityFamily(string Name, IReadOnlyList<ActivityDescriptor> Activities, string? Example)
{
    // The engine makes these; nobody writes them.
    private static readonly string[] Unwritten = ["Elsa.Workflow", "Elsa.NotFoundActivity"];

    /// <summary>The file of its page.</summary>
    public string FileName => $"{Slug}.md";

    /// <summary>The file of its example.</summary>
    public string ExampleFileName => $"{Slug}.json";

    private string Slug => Name.ToLowerInvariant().Replace(' ', '-');

    /// <summary>Whether anybody writes activities of this type.</summary>
    public static bool IsWritten(ActivityDescriptor activity) => !Unwritten.Contains(activity.Type);

    /// <summary>The families of a catalog: first what touches the world, then what only decides.</summary>
    /// <param name="catalog">The activities.</param>
    /// <param name="examples">The folder of the examples.</param>
    public static IReadOnlyList<ActivityFamily> Of(ActivityCatalog catalog, string examples) =>
    [
        .. catalog.All.Where(IsWritten).GroupBy(a => a.Category)
            .OrderBy(g => g.Any(a => a.Control is not null)).ThenBy(g => g.All(a => a.Control is not null))
            .Select(g => new ActivityFamily(g.Key, [.. g], Example: null))
            .Select(f => f with { Example = ReadOrNull(Path.Combine(examples, f.ExampleFileName)) }),
    ];

    private static string? ReadOrNull(string file) => File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n").TrimEnd() : null;
}
