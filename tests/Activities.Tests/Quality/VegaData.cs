namespace Dag.Activities.Tests.Quality;

/// <summary>Real data sets of npm's vega-datasets.</summary>
internal static class VegaData
{
    public static string File(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "node_modules", "vega-datasets", "data", name);
            if (System.IO.File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException($"{name} of vega-datasets is missing: run `npm ci --ignore-scripts` in the folder of package.json.");
    }
}
