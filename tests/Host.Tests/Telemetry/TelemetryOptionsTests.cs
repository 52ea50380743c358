using Dag.Host.Telemetry;
using OpenTelemetry.Exporter;

namespace Dag.Host.Tests.Telemetry;

public sealed class TelemetryOptionsTests
{
    [Fact]
    public void Without_an_address_nothing_is_sent()
    {
        var options = From();
        Assert.Null(options.Logs);
        Assert.Null(options.Traces);
        Assert.Null(options.Metrics);
        Assert.Empty(options.Faults);
    }

    [Fact]
    public void A_common_address_is_where_all_begin_and_one_of_a_signal_is_meant_as_it_is()
    {
        var options = From(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://seq/ingest/otlp/"), ("OTEL_EXPORTER_OTLP_HEADERS", "X-Seq-ApiKey=a"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://tempo:4318/v1/traces"), ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "k=v"),
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "1500"));
        Assert.Equal("http://seq/ingest/otlp/v1/logs", options.Logs!.Endpoint.ToString());
        Assert.Equal("http://seq/ingest/otlp/v1/metrics", options.Metrics!.Endpoint.ToString());
        Assert.Equal("http://tempo:4318/v1/traces", options.Traces!.Endpoint.ToString());
        Assert.Equal(("X-Seq-ApiKey=a", "k=v"), (options.Logs.Headers, options.Traces.Headers));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1.5)), (options.Logs.Timeout, options.Traces.Timeout));
        Assert.Equal(OtlpExportProtocol.HttpProtobuf, options.Logs.Protocol);
    }

    [Fact]
    public void With_gRPC_the_address_is_taken_as_it_is()
    {
        var options = From(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"));
        Assert.Equal((OtlpExportProtocol.Grpc, "http://collector:4317/"), (options.Logs!.Protocol, options.Logs.Endpoint.ToString()));
    }

    [Fact]
    public void One_signal_or_all_can_be_turned_off()
    {
        var options = From(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://seq"), ("OTEL_METRICS_EXPORTER", "none"));
        Assert.Null(options.Metrics);
        Assert.NotNull(options.Traces);
        Assert.Null(From(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://seq"), ("OTEL_SDK_DISABLED", "true")).Logs);
    }

    [Fact]
    public void Every_fault_is_named_once()
    {
        var options = From(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "carrier pigeon"), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "soon"));
        Assert.Equal(
            ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"],
            options.Faults.Select(f => f.Split(':')[0]).Order());
    }

    private static TelemetryOptions From(params (string Name, string Value)[] variables) =>
        TelemetryOptions.From(name => variables.FirstOrDefault(v => v.Name == name).Value);
}
