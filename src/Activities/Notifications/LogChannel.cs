using Microsoft.Extensions.Logging;

namespace Dag.Activities.Notifications;

/// <summary>Writes the message to the service's log.</summary>
internal sealed partial class LogChannel(ILogger<LogChannel> logger) : INotificationChannel
{
    public string Name => "log";

    public bool NeedsUrl => false;

    public Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        LogMessage(notification.Title is null ? notification.Message : $"{notification.Title}: {notification.Message}");
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Information, "{Message}")]
    private partial void LogMessage(string message);
}
