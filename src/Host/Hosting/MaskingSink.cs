using Dag.Workflows.Running;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace Dag.Host.Hosting;

/// <summary>Hides secrets in what goes to the console and to the files.</summary>
internal sealed class MaskingSink(ILogEventSink sink, SecretMask mask) : ILogEventSink, IDisposable
{
    private static readonly MessageTemplateParser Parser = new();

    public void Emit(LogEvent logEvent) => sink.Emit(mask.IsEmpty ? logEvent : Masked(logEvent));

    public void Dispose() => (sink as IDisposable)?.Dispose();

    private LogEvent Masked(LogEvent e)
    {
        var properties = e.Properties.Select(p => (p.Key, Before: p.Value, After: Masked(p.Value))).ToList();
        var (template, exception) = (mask.Apply(e.MessageTemplate.Text), mask.Apply(e.Exception?.ToString()));
        return template == e.MessageTemplate.Text && exception == e.Exception?.ToString() && properties.TrueForAll(p => ReferenceEquals(p.Before, p.After))
            ? e
            : new LogEvent(
                e.Timestamp,
                e.Level,
                exception is null ? null : new MaskedException(exception),
                Parser.Parse(template),
                properties.Select(p => new LogEventProperty(p.Key, p.After)));
    }

    private LogEventPropertyValue Masked(LogEventPropertyValue value)
    {
        var text = value is ScalarValue { Value: string scalar } ? scalar : value.ToString();
        var masked = mask.Apply(text);
        return masked == text ? value : new ScalarValue(masked);
    }

    private sealed class MaskedException(string text) : Exception("See its text.")
    {
        public override string ToString() => text;
    }
}
