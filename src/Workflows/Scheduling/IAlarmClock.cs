namespace Dag.Workflows.Scheduling;

/// <summary>Wakes what has asked to be woken. Nothing is stored: after a restart alarms are set again from the database.</summary>
internal interface IAlarmClock
{
    /// <summary>
    /// Sets the alarm of a key, in the place of one that the key has. It rings once: at the due time, or at once when that has passed, and
    /// never while the clock still shows less.
    /// </summary>
    ValueTask SetAsync(string key, DateTimeOffset due, CancellationToken cancellationToken);

    /// <summary>Removes the alarm of a key, if it has one. A ring under way is not stopped.</summary>
    ValueTask RemoveAsync(string key, CancellationToken cancellationToken);
}
