using System.ComponentModel.DataAnnotations;
using Dag.Activities.OutgoingHttp;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Notifications;

/// <summary>Tells people: in the log, in Slack, or with a webhook to any server.</summary>
[Activity("Dag.Notify", Category = "Notify", ReadsVariables = true,
    Description = "Sends a message to the log, to Slack or to a webhook. A message that cannot be delivered is a warning, and a fault only when " +
        "'failRun' is set.")]
internal sealed partial class Notify(IEnumerable<INotificationChannel> channels, ILogger<Notify> logger) : WorkActivity
{
    /// <summary>The channel's name.</summary>
    [Input("The channel: log (default), slack (an incoming webhook) or webhook (JSON to any server).", Options = ["log", "slack", "webhook"])]
    [Required]
    public string Channel { get; set; } = "log";

    /// <summary>The message, as a template.</summary>
    [Input("The message, a Handlebars template: {{rows}} or {{metrics.rmse}} from 'values' or the workflow's variables, {{runId}}, {{workflow}}, " +
        "{{activityId}}; {{format rows \"N0\"}} formats a number.", UIHint = UIHints.MultiLine)]
    [Required]
    public string Message { get; set; } = "";

    /// <summary>The heading, as a template.</summary>
    [Input("A heading, with the same placeholders. Default: none.")]
    public string? Title { get; set; }

    /// <summary>What the placeholders stand for.</summary>
    [Input("Named values for the placeholders, a JSON object; the channel webhook sends them along. Default: none.", UIHint = UIHints.Dictionary)]
    public object? Values { get; set; }

    /// <summary>Where to, for Slack and webhooks.</summary>
    [Input("The URL for slack and webhook, best as secret:NAME. It is never shown.", Sensitive = true)]
    public string? Url { get; set; }

    /// <summary>How long one attempt may take.</summary>
    [Input("How long one attempt may take. Default: 10 seconds.")]
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a call is repeated.</summary>
    [Input("How often a call that found no connection, no answer in time, 408, 429 or 5xx is repeated, with growing pauses. Default: 3.")]
    [Range(0, 10)]
    public int Retries { get; set; } = 3;

    /// <summary>Whether a message that cannot be delivered is a fault.</summary>
    [Input("Whether the activity faults when the message cannot be delivered. Default: false: it ends with Done, and 'delivered' is false.")]
    public bool FailRun { get; set; }

    /// <summary>Whether the message was accepted.</summary>
    [Output("Whether the channel accepted the message.")]
    public bool Delivered { get; private set; }

    /// <summary>Why it was not.</summary>
    [Output("Why the message was not delivered; nothing when it was.")]
    public string? Error { get; private set; }

    /// <summary>The message with its values.</summary>
    [Output("The message with its values filled in.")]
    public string? Text { get; private set; }

    /// <inheritdoc/>
    public override async Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken)
    {
        try
        {
            var channel = channels.FirstOrDefault(channel => channel.Name.Equals(Channel, StringComparison.OrdinalIgnoreCase))
                ?? throw Unusable($"There is no notification channel '{Channel}'. Set 'channel' to {string.Join(", ", channels.Select(c => c.Name))}.");
            var notification = Compose(channel, context);
            Text = notification.Message;
            await channel.SendAsync(notification, cancellationToken);
            Delivered = true;
            context.Report(new WorkProgress(1, $"sent to {channel.Name}: {Text}"));
        }
        catch (ActivityException e) when (!FailRun)
        {
            Error = e.Message;
            LogUndelivered(context.ActivityId, Channel, e.Message);
            context.Report(new WorkProgress(1, $"not delivered: {e.Message}"));
        }
    }

    private static ActivityException Unusable(string message) => new(message) { Retryable = false };

    private Notification Compose(INotificationChannel channel, WorkContext context)
    {
        SecretUrl.TryParse(Url, out var url);
        if (url is null && channel.NeedsUrl)
        {
            throw Unusable(string.IsNullOrWhiteSpace(Url)
                ? $"The channel '{channel.Name}' needs 'url'. Set it, for example to secret:NAME."
                : "'url' is no absolute http or https URL. It is not shown, as it is a secret.");
        }

        var values = NotificationValues.Read(Values);
        var template = new MessageTemplate(NotificationValues.Names(values, context), channel.Encode);
        return new Notification
        {
            Message = template.Render(Message),
            Title = string.IsNullOrWhiteSpace(Title) ? null : template.Render(Title),
            RunId = context.RunId,
            Workflow = context.WorkflowName,
            ActivityId = context.ActivityId,
            Values = values,
            Url = url,
            Delivery = new WebhookDelivery { Timeout = Timeout, Retries = Retries, IdempotencyKey = context.IdempotencyKey },
        };
    }

    [LoggerMessage(LogLevel.Warning, "{Activity} could not deliver its message with the channel {Channel}: {Message}")]
    private partial void LogUndelivered(string activity, string channel, string message);
}
