namespace Dag.Workflows.Activities;

/// <summary>
/// Marks an input of a work activity that lists cases, each an object with a name and an embedded <c>activity</c>: every case is a port of
/// that name, which an attempt can end with (<see cref="WorkContext.EnterPort"/>). The property itself is never set; the names are in
/// <see cref="WorkContext.Cases"/>.
/// </summary>
/// <param name="nameMember">The member of a case that holds its name, such as <c>statusCode</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PortCasesAttribute(string nameMember) : Attribute
{
    /// <summary>The member of a case that holds its name.</summary>
    public string NameMember { get; } = nameMember;
}
