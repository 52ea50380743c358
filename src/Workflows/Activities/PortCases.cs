namespace Dag.Workflows.Activities;

/// <summary>A list of cases with an embedded activity each.</summary>
/// <param name="Member">The member of the activity that holds the list.</param>
/// <param name="NameMember">The member of a case that names it, and with it the port.</param>
public sealed record PortCases(string Member, string NameMember);
