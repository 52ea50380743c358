using Dag.Workflows.Running;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Dag.Host.Telemetry;

/// <summary>Makes logs fit to be sent: without secrets, and without saying again what their scope says, as a name may come once only.</summary>
internal sealed class OutgoingLogs(SecretMask mask) : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        LeaveOutWhatTheScopeSays(data);
        if (!mask.IsEmpty)
        {
            Hide(data);
        }
    }

    private static void LeaveOutWhatTheScopeSays(LogRecord data)
    {
        if (data.Attributes is not { Count: > 0 } attributes)
        {
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        data.ForEachScope(
            static (scope, names) =>
            {
                foreach (var (name, _) in scope)
                {
                    names.Add(name);
                }
            },
            names);
        if (attributes.Any(a => names.Contains(a.Key)))
        {
            data.Attributes = [.. attributes.Where(a => !names.Contains(a.Key))];
        }
    }

    private void Hide(LogRecord data)
    {
        data.FormattedMessage = mask.Apply(data.FormattedMessage);
        data.Body = mask.Apply(data.Body);
        data.Attributes = data.Attributes?.Select(a => new KeyValuePair<string, object?>(a.Key, Hidden(a.Value))).ToList();
        if (data.Exception is { } exception && mask.Apply(exception.ToString()) is var text && text != exception.ToString())
        {
            data.Exception = null;
            data.Attributes =
            [
                .. data.Attributes ?? [],
                new("exception.type", exception.GetType().FullName),
                new("exception.message", mask.Apply(exception.Message)),
                new("exception.stacktrace", text),
            ];
        }
    }

    private object? Hidden(object? value)
    {
        if (value is null or bool or int or long or double)
        {
            return value;
        }

        var text = value.ToString();
        var masked = mask.Apply(text);
        return masked == text ? value : masked;
    }
}
