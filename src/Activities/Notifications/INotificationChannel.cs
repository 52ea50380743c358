namespace Dag.Activities.Notifications;

/// <summary>A way to tell people. Registered with <c>services.AddNotificationChannel&lt;T&gt;()</c>, and chosen by its name.</summary>
internal interface INotificationChannel
{
    /// <summary>The name that workflows use.</summary>
    string Name { get; }

    /// <summary>Whether it cannot do without a URL.</summary>
    bool NeedsUrl { get; }

    /// <summary>Makes a value safe inside a message of this channel's format; plain text needs nothing.</summary>
    string Encode(string value) => value;

    /// <summary>Sends it, and returns when it is accepted.</summary>
    /// <exception cref="Workflows.Activities.ActivityException">It was not accepted; the message does not show the URL.</exception>
    Task SendAsync(Notification notification, CancellationToken cancellationToken);
}
