namespace Dag.Workflows.Scheduling;

/// <summary>Fires once, at a given instant (Elsa's StartAt). Whether an instant that has passed still fires is the caller's to decide.</summary>
internal sealed record OnceTimetable(DateTimeOffset At) : Timetable
{
    /// <inheritdoc/>
    public override DateTimeOffset? NextAfter(DateTimeOffset instant) => instant < At ? At.ToUniversalTime() : null;

    /// <inheritdoc/>
    public override DateTimeOffset? PreviousBefore(DateTimeOffset instant) => At < instant ? At.ToUniversalTime() : null;
}
