using System.Globalization;
using OpenTelemetry.Exporter;

namespace Dag.Host.Telemetry;

/// <summary>What is sent over OTLP, and where to, by the environment variables that OpenTelemetry has for it.</summary>
internal sealed record TelemetryOptions
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    /// <summary>Where logs go; null, the default, for nowhere.</summary>
    public OtlpTarget? Logs { get; init; }

    /// <summary>Where spans go; null, the default, for nowhere.</summary>
    public OtlpTarget? Traces { get; init; }

    /// <summary>Where metrics go; null, the default, for nowhere.</summary>
    public OtlpTarget? Metrics { get; init; }

    /// <summary>What of the variables cannot be used.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>
    /// Reads the variables: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> for all three, <c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c> and its like for one,
    /// and so for <c>PROTOCOL</c>, <c>HEADERS</c> and <c>TIMEOUT</c>. <c>OTEL_TRACES_EXPORTER=none</c> turns one off,
    /// <c>OTEL_SDK_DISABLED=true</c> all.
    /// </summary>
    public static TelemetryOptions From(Func<string, string?> variable)
    {
        if (string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return new TelemetryOptions();
        }

        var faults = new List<string>();
        return new TelemetryOptions
        {
            Logs = TargetOf("LOGS", variable, faults),
            Traces = TargetOf("TRACES", variable, faults),
            Metrics = TargetOf("METRICS", variable, faults),
            Faults = [.. faults.Distinct()],
        };
    }

    private static OtlpTarget? TargetOf(string signal, Func<string, string?> variable, List<string> faults)
    {
        if (string.Equals(variable($"OTEL_{signal}_EXPORTER"), "none", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var (name, text) = Find(signal, "ENDPOINT", variable);
        if (text is null)
        {
            return null;
        }

        var protocol = ProtocolOf(Find(signal, "PROTOCOL", variable), faults);
        var timeout = TimeoutOf(Find(signal, "TIMEOUT", variable), faults);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            faults.Add($"{name}: '{text}' is not an address: write it as http://localhost:4318.");
            return null;
        }

        // An address of one signal is meant as it is; a common one is where they all begin.
        var isCommon = name == Prefix + "ENDPOINT" && protocol == OtlpExportProtocol.HttpProtobuf;
        return new OtlpTarget
        {
            Endpoint = isCommon ? new Uri($"{text.TrimEnd('/')}/v1/{signal.ToLowerInvariant()}") : endpoint,
            Protocol = protocol,
            Headers = Find(signal, "HEADERS", variable).Value,
            Timeout = timeout,
        };
    }

    private static (string Name, string? Value) Find(string signal, string what, Func<string, string?> variable) =>
        variable($"{Prefix}{signal}_{what}") is { } own ? ($"{Prefix}{signal}_{what}", own) : (Prefix + what, variable(Prefix + what));

    private static OtlpExportProtocol ProtocolOf((string Name, string? Value) protocol, List<string> faults)
    {
        switch (protocol.Value)
        {
            case null or "http/protobuf":
                return OtlpExportProtocol.HttpProtobuf;
            case "grpc":
                return OtlpExportProtocol.Grpc;
            default:
                faults.Add($"{protocol.Name}: '{protocol.Value}' is not supported: write http/protobuf or grpc.");
                return OtlpExportProtocol.HttpProtobuf;
        }
    }

    private static TimeSpan TimeoutOf((string Name, string? Value) timeout, List<string> faults)
    {
        if (timeout.Value is null)
        {
            return TimeSpan.FromSeconds(10);
        }

        if (int.TryParse(timeout.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        faults.Add($"{timeout.Name}: '{timeout.Value}' is not a number of milliseconds above 0.");
        return TimeSpan.FromSeconds(10);
    }
}
