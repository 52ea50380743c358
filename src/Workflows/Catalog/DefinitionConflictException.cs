namespace Dag.Workflows.Catalog;

/// <summary>A version cannot be saved, because a published or another one stands in its place.</summary>
/// <param name="message">Which one, and what to do.</param>
internal sealed class DefinitionConflictException(string message) : Exception(message);
