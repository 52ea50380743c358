using OpenTelemetry.Logs;
using Dag.Host.Telemetry;
using Dag.Workflows.AttemptLogs;
using Dag.Workflows.Running;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;

namespace Dag.Host.Hosting;

/// <summary>How much the console is told.</summary>
internal enum Verbosity
{
    /// <summary>Nothing: the files have it, and the console is used for something else.</summary>
    Silent,

    /// <summary>Warnings and errors, on standard error, so that standard output is the workflow's.</summary>
    Problems,

    /// <summary>Information as well, on standard output.</summary>
    Service,
}

/// <summary>Registers logging.</summary>
internal static class LoggingServices
{
    private const string Template = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";

    extension(IServiceCollection services)
    {
        /// <summary>
        /// Logs to the console for people, unless the data folder is temporary to rolling JSON files in its <c>logs</c>, and over OTLP if
        /// a receiver is named.
        /// </summary>
        public IServiceCollection AddDagLogging(DagHostOptions options)
        {
            services.TryAddSingleton<SecretMask>();
            return services.AddLogging(logging =>
            {
                // Attempts have their own logs, which a quieter service does not make poorer.
                var level = options.LogLevel ?? LogLevel.Information;
                logging.SetMinimumLevel(level < LogLevel.Information ? level : LogLevel.Information);
                logging.ClearProviders().AddAttemptLogs();
                logging.Services.AddSingleton<ILoggerProvider>(
                    provider => new SerilogLoggerProvider(CreateLogger(options, provider.GetRequiredService<SecretMask>()), dispose: true));
                logging.AddFilter<SerilogLoggerProvider>(null, LogLevel.Trace);
                if (options.Telemetry.Logs is { } target)
                {
                    logging.AddOtlp(target);
                }
            });
        }
    }

    private static Logger CreateLogger(DagHostOptions options, SecretMask mask)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(LevelConvert.ToSerilogLevel(options.LogLevel ?? LogLevel.Information))
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Quartz", LogEventLevel.Warning)
            .Filter.ByExcluding(SaysThatItCannotListen)
            .Enrich.FromLogContext();
        LoggerSinkConfiguration.Wrap(configuration.WriteTo, sink => new MaskingSink(sink, mask), to => WriteTo(to, options));
        return configuration.CreateLogger();
    }

    // The framework's report has a stack of thirty lines for an address that is in use; DagServer says it in a sentence.
    private static bool SaysThatItCannotListen(LogEvent log) =>
        log.Exception is IOException && log.MessageTemplate.Text == "Hosting failed to start";

    private static void WriteTo(LoggerSinkConfiguration to, DagHostOptions options)
    {
        _ = options.Console switch
        {
            Verbosity.Silent => null,
            Verbosity.Problems => to.Console(LogEventLevel.Warning, Template, standardErrorFromLevel: LogEventLevel.Verbose, formatProvider: null),
            _ => to.Console(LogEventLevel.Debug, Template),
        };
        if (!options.IsTemporary)
        {
            to.File(
                new JsonFormatter(renderMessage: true),
                Path.Combine(options.DataFolder, "logs", "dag-.json"),
                rollingInterval: RollingInterval.Day,
                fileSizeLimitBytes: 64 << 20,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: 14);
        }
    }

    extension(ILoggingBuilder logging)
    {
        // What libraries say to themselves is no part of an attempt's log; HttpClient would even write addresses, which can be secret.
        private ILoggingBuilder AddAttemptLogs()
        {
            logging.Services.AddSingleton<ILoggerProvider, AttemptLogProvider>();
            return logging
                .AddFilter<AttemptLogProvider>(null, LogLevel.Information)
                .AddFilter<AttemptLogProvider>("Microsoft", LogLevel.Warning)
                .AddFilter<AttemptLogProvider>("System", LogLevel.Warning)
                .AddFilter<AttemptLogProvider>("Quartz", LogLevel.Warning);
        }

        // The levels of Serilog are its own; these are the same for OpenTelemetry.
        private void AddOtlp(OtlpTarget target) => logging
            .AddFilter<OpenTelemetryLoggerProvider>("Microsoft", LogLevel.Warning)
            .AddFilter<OpenTelemetryLoggerProvider>("Quartz", LogLevel.Warning)
            .AddOpenTelemetry(telemetry =>
            {
                telemetry.IncludeScopes = true;
                telemetry.IncludeFormattedMessage = true;
                telemetry.SetResourceBuilder(TelemetryExport.Resource())
                    .AddProcessor(provider => new OutgoingLogs(provider.GetRequiredService<SecretMask>()))
                    .AddOtlpExporter(target.Apply);
            });
    }
}
