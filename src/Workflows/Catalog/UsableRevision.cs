namespace Dag.Workflows.Catalog;

/// <summary>A version of a workflow that can be used as an activity, as it is at one moment.</summary>
/// <param name="Id">The version's id.</param>
/// <param name="Revision">Changes with every save.</param>
/// <param name="IsPublished">Whether it is the published version.</param>
internal readonly record struct UsableRevision(string Id, string Revision, bool IsPublished);
