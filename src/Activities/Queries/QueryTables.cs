using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Queries;

/// <summary>Finds the dataset versions that SQL names: <c>flights</c>, <c>"flights@3"</c>, <c>orders.rejected</c>.</summary>
internal sealed class QueryTables(DataLake lake)
{
    /// <summary>The versions that the tables of a query stand for.</summary>
    /// <param name="query">The query.</param>
    /// <param name="pinned">Versions that the user named; other datasets are read as they are now.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ActivityException">A table is no dataset; all of them are named.</exception>
    public async Task<IReadOnlyList<(UserTable Table, DatasetVersion Version)>> FindAsync(
        UserQuery query, IReadOnlyList<DatasetReference> pinned, CancellationToken cancellationToken)
    {
        var known = (await lake.ListAsync(cancellationToken)).Select(d => d.Dataset).ToList();
        var found = new List<(UserTable, DatasetVersion)>();
        var faults = new List<string>();
        foreach (var table in query.Tables)
        {
            if (!DatasetReference.TryParse(NameOf(table, known), null, out var reference) || !known.Contains(reference.Dataset))
            {
                if (!table.IsNamedQuery)
                {
                    faults.Add($"There is no dataset {table}. {ColumnNames.Suggest(table.ToString(), known, "The lake holds")}");
                }

                continue;
            }

            reference = reference.Version is null ? pinned.FirstOrDefault(p => p.Dataset == reference.Dataset) ?? reference : reference;
            found.Add((table, await lake.GetAsync(reference, cancellationToken)));
        }

        return faults.Count == 0 ? found : throw new ActivityException(string.Join(" ", faults)) { Retryable = false };
    }

    /// <summary>Makes views of them.</summary>
    public void CreateViews(DuckDbConnection connection, IReadOnlyList<(UserTable Table, DatasetVersion Version)> tables)
    {
        foreach (var (table, version) in tables)
        {
            var schema = table.Schema.Length == 0 ? "main" : table.Schema;
            connection.Execute(
                $"CREATE SCHEMA IF NOT EXISTS {DuckDbSql.Identifier(schema)}; " +
                $"CREATE OR REPLACE VIEW {DuckDbSql.Identifier(schema)}.{DuckDbSql.Identifier(table.Name)} AS SELECT * FROM {lake.RelationOf(version)}");
        }
    }

    // SQL does not mind upper and lower case, folders do.
    private static string NameOf(UserTable table, List<string> known)
    {
        var name = table.ToString();
        var at = name.LastIndexOf('@');
        var dataset = at < 0 ? name : name[..at];
        var exact = known.Contains(dataset) ? dataset : known.Find(k => k.Equals(dataset, StringComparison.OrdinalIgnoreCase)) ?? dataset;
        return exact + name[dataset.Length..];
    }
}
