using Dag.Host.Hosting;
using Dag.Workflows.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Dag.Host.Telemetry;

/// <summary>
/// Sends spans and metrics over OTLP, on threads of its own. What a receiver does not take in time is dropped; a run notices nothing of it.
/// </summary>
internal sealed class TelemetryExport(DagHostOptions options) : IDisposable
{
    private const int LastPatienceMilliseconds = 2000;

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    /// <summary>Who speaks: <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> say more than the default, <c>dag</c>.</summary>
    public static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService("dag", serviceVersion: ProgramVersion.Text, autoGenerateServiceInstanceId: false, serviceInstanceId: Environment.MachineName)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    /// <summary>Begins to send what is wanted; runs that start from here on have spans.</summary>
    public void Start()
    {
        if (options.Telemetry.Traces is { } traces)
        {
            _traces ??= Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(Resource())
                .AddSource(DagTracing.SourceName)
                .AddOtlpExporter(traces.Apply)
                .Build();
        }

        if (options.Telemetry.Metrics is { } metrics)
        {
            _metrics ??= Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(Resource())
                .AddMeter(DagMeter.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting")
                .AddOtlpExporter(metrics.Apply)
                .Build();
        }
    }

    /// <summary>Sends what is left, for two seconds at the most each.</summary>
    public void Dispose()
    {
        _traces?.Shutdown(LastPatienceMilliseconds);
        _metrics?.Shutdown(LastPatienceMilliseconds);
        _traces?.Dispose();
        _metrics?.Dispose();
    }
}
