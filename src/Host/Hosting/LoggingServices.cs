using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using Serilog;
using Serilog.Events;
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
            var configuration = new LoggerConfiguration()
                .MinimumLevel.Information()
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("Quartz", LogEventLevel.Warning)
                .Enrich.FromLogContext();
            configuration = options.Console switch
            {
                Verbosity.Silent => configuration,
                Verbosity.Problems => configuration.WriteTo.Console(LogEventLevel.Warning, Template, standardErrorFromLevel: LogEventLevel.Verbose, formatProvider: null),
                _ => configuration.WriteTo.Console(LogEventLevel.Information, Template),
            };
            if (!options.IsTemporary)
            {
                configuration = configuration.WriteTo.File(
                    new JsonFormatter(renderMessage: true),
                    Path.Combine(options.DataFolder, "logs", "dag-.json"),
                    rollingInterval: RollingInterval.Day,
                    fileSizeLimitBytes: 64 << 20,
                    rollOnFileSizeLimit: true,
                    retainedFileCountLimit: 14);
            }

            return services.AddLogging(logging =>
            {
                logging.ClearProviders().AddSerilog(configuration.CreateLogger(), dispose: true);
                if (options.SendsLogs)
                {
                    logging.AddOtlp();
                }
            });
        }
    }

    extension(ILoggingBuilder logging)
    {
        // The levels of Serilog are its own; these are the same for OpenTelemetry.
        private void AddOtlp() => logging
            .AddFilter<OpenTelemetryLoggerProvider>("Microsoft", LogLevel.Warning)
            .AddFilter<OpenTelemetryLoggerProvider>("Quartz", LogLevel.Warning)
            .AddOpenTelemetry(telemetry =>
            {
                telemetry.IncludeScopes = true;
                telemetry.IncludeFormattedMessage = true;
                telemetry.SetResourceBuilder(ResourceBuilder.CreateDefault().AddService("dag")).AddOtlpExporter();
            });
    }
}
