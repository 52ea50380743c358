namespace Dag.Activities.Models;

/// <summary>A table in memory for training or prediction: typed columns and one content hash for each row.</summary>
internal sealed class ModelTable
{
    private readonly Dictionary<string, ModelColumn> _byName;

    public ModelTable(IReadOnlyList<ModelColumn> columns, ulong[]? hashes = null)
    {
        Columns = columns;
        Rows = columns.Count == 0 ? 0 : columns[0].Rows;
        Hashes = hashes ?? RowHash.Of(columns, Rows);
        _byName = columns.ToDictionary(c => c.Name, StringComparer.Ordinal);
    }

    public IReadOnlyList<ModelColumn> Columns { get; }

    public int Rows { get; }

    /// <summary>The content hash of each row, over all columns of the dataset.</summary>
    public ulong[] Hashes { get; }

    /// <summary>The rows of the dataset that the table was read from, before the cap.</summary>
    public long SourceRows { get; init; }

    /// <summary>Columns of types that no model can use, with the reason.</summary>
    public IReadOnlyList<DroppedColumn> Unusable { get; init; } = [];

    public ModelColumn? Find(string name) => _byName.GetValueOrDefault(name);
}
