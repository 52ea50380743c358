using Microsoft.Extensions.DependencyInjection;

namespace Dag.Activities.Notifications;

/// <summary>Registers what <c>Dag.Notify</c> needs.</summary>
public static class NotificationServices
{
    extension(IServiceCollection services)
    {
        /// <summary>Adds the channels log, slack and webhook. The clock comes from the container, and what sends from <c>AddDagOutgoingHttp</c>.</summary>
        public IServiceCollection AddDagNotifications() => services
            .AddNotificationChannel<LogChannel>()
            .AddNotificationChannel<SlackChannel>()
            .AddNotificationChannel<WebhookChannel>();

        /// <summary>Adds a channel that workflows can choose by its name.</summary>
        internal IServiceCollection AddNotificationChannel<T>() where T : class, INotificationChannel =>
            services.AddSingleton<INotificationChannel, T>();
    }
}
