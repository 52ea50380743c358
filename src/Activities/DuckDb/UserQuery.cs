namespace Dag.Activities.DuckDb;

/// <summary>A SELECT of a user that may be run, and what it reads.</summary>
/// <param name="Tables">The tables that it names, each once.</param>
/// <param name="Variables">The variables that it reads with <c>getvariable</c>, each once.</param>
/// <param name="IsOrdered">Whether its rows have an order.</param>
internal sealed record UserQuery(IReadOnlyList<UserTable> Tables, IReadOnlyList<string> Variables, bool IsOrdered);

/// <summary>A table as SQL names it.</summary>
/// <param name="Schema">What stands before the last point; empty as a rule.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsNamedQuery">Whether the SQL itself gives the name to a query, by WITH; there may be a table of the name besides.</param>
internal sealed record UserTable(string Schema, string Name, bool IsNamedQuery)
{
    public override string ToString() => Schema.Length == 0 ? Name : $"{Schema}.{Name}";
}
