using Dag.Activities.Lake;

namespace Dag.Activities.Queries;

/// <summary>A query as the user gave it.</summary>
/// <param name="Sql">The SELECT.</param>
/// <param name="Datasets">Versions that datasets are read in; others are read as they are now.</param>
/// <param name="Values">What the SQL can read with <c>getvariable</c>.</param>
internal sealed record QueryRequest(string Sql, IReadOnlyList<DatasetReference> Datasets, IReadOnlyDictionary<string, object?> Values);
