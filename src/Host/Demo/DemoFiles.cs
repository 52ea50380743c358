using System.Globalization;
using Dag.Activities.DuckDb;
using Dag.Host.Hosting;

namespace Dag.Host.Demo;

/// <summary>What the demo needs of the repository: the workflow that it publishes, and real flights of npm's vega-datasets.</summary>
internal static class DemoFiles
{
    private const int RowsOfThirdBatch = 200_000;
    private const int RowsOfSource = 3_000_000;

    /// <summary>The workflow's file.</summary>
    /// <exception cref="UsageException">It is not there.</exception>
    public static string Workflow() => Find(Path.Combine("workflows-json", "retrain-on-new-data.json"))
        ?? throw new UsageException("The demo's workflow workflows-json/retrain-on-new-data.json is missing: run the demo in a clone of the repository.");

    /// <summary>The three batches, in the order in which they arrive.</summary>
    /// <exception cref="UsageException">The data are not installed.</exception>
    public static IReadOnlyList<DemoBatch> Batches(DuckDbEngine engine)
    {
        var data = Flights();
        return
        [
            Copy(data, "flights-2k.json", "2,000 flights as JSON"),
            Copy(data, "flights-20k.json", "20,000 flights as JSON"),
            new DemoBatch("flights-200k.parquet", "200,000 flights as Parquet", path => CutSlice(engine, Path.Combine(data, "flights-3m.parquet"), path)),
        ];
    }

    /// <summary>The folder of the flights.</summary>
    /// <exception cref="UsageException">They are not installed.</exception>
    public static string Flights() => Find(Path.Combine("node_modules", "vega-datasets", "data"))
        ?? throw new UsageException("The demo's data are missing: run `npm ci --ignore-scripts` in the repository, or start the demo with ./dag demo.");

    private static DemoBatch Copy(string data, string name, string what) => new(name, what, path => File.Copy(Path.Combine(data, name), path, overwrite: true));

    // Every fifteenth flight of the three million: the same ones each time, from all of the months.
    private static void CutSlice(DuckDbEngine engine, string source, string target)
    {
        using var connection = engine.Open();
        connection.Execute(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            COPY (SELECT * EXCLUDE (file_row_number) FROM read_parquet({DuckDbSql.FilePath(source)}, file_row_number = true)
                  WHERE file_row_number % {RowsOfSource / RowsOfThirdBatch} = 0)
            TO {DuckDbSql.Literal(target)} (FORMAT parquet)
            """));
    }

    private static string? Find(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, relative);
            if (Path.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
