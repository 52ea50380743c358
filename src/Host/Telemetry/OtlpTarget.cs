using OpenTelemetry.Exporter;

namespace Dag.Host.Telemetry;

/// <summary>Where one kind of telemetry is sent.</summary>
internal sealed record OtlpTarget
{
    /// <summary>The whole address, such as <c>http://localhost:5341/ingest/otlp/v1/logs</c>.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>How it is written; default Protobuf over HTTP.</summary>
    public OtlpExportProtocol Protocol { get; init; } = OtlpExportProtocol.HttpProtobuf;

    /// <summary>Headers, such as <c>X-Seq-ApiKey=abc</c>, separated by commas; null for none.</summary>
    public string? Headers { get; init; }

    /// <summary>How long one request may take; default 10 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Sets an exporter up for it.</summary>
    public void Apply(OtlpExporterOptions exporter)
    {
        exporter.Protocol = Protocol;
        exporter.Endpoint = Endpoint;
        exporter.TimeoutMilliseconds = (int)Timeout.TotalMilliseconds;
        exporter.Headers = Headers;
    }
}
