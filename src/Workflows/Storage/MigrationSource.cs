using System.Reflection;

namespace Dag.Workflows.Storage;

/// <summary>
/// Where numbered scripts come from: embedded resources whose names end in <c>Migrations.NNNN_name.sql</c> (both dialects),
/// <c>.sqlite.sql</c> or <c>.postgresql.sql</c>.
/// </summary>
/// <param name="Name">Names the series in the table of applied migrations.</param>
/// <param name="Assembly">The assembly that holds the scripts.</param>
/// <param name="Namespace">
/// The namespace whose own folder <c>Migrations</c> is meant, for an assembly with several series; null means every one of the assembly.
/// </param>
public sealed record MigrationSource(string Name, Assembly Assembly, string? Namespace = null);
