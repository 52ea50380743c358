using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.AttemptLogs;

/// <summary>
/// Puts what is logged while an attempt is executed into the attempt's log: by the activity, and by whatever it calls, because the scope
/// that names the attempt flows with the call.
/// </summary>
internal sealed class AttemptLogProvider : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private AttemptLog? FindCurrent()
    {
        var found = new StrongBox<AttemptLog?>();
        _scopes?.ForEachScope(
            static (scope, found) =>
            {
                if (scope is LogScope { Log: { } log })
                {
                    found.Value = log;
                }
            },
            found);
        return found.Value;
    }

    private sealed class Logger(AttemptLogProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            provider.FindCurrent()?.Log(logLevel, category, formatter(state, exception), exception);
    }
}
