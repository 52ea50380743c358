using Dag.Workflows.Running;
using Dag.Workflows.Values;

namespace Dag.Workflows.Hooks;

/// <summary>How an endpoint is set up: what its activity's inputs come to.</summary>
internal sealed record HookSettings
{
    /// <summary>The largest body in bytes, when the endpoint does not say: 16 MiB.</summary>
    public const long DefaultSizeLimit = 16 << 20;

    /// <summary>The largest body in bytes that an endpoint can allow: 4 GiB.</summary>
    public const long LargestSizeLimit = 4L << 30;

    private static readonly string[] Known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public required HookRoute Route { get; init; }

    /// <summary>In capitals.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>Whether the service's own key is asked for, whatever else is.</summary>
    public bool Authorize { get; init; }

    /// <summary>How long a caller waits for an answer of the workflow; null for the service's patience.</summary>
    public TimeSpan? RequestTimeout { get; init; }

    public long RequestSizeLimit { get; init; } = DefaultSizeLimit;

    public long? FileSizeLimit { get; init; }

    public IReadOnlyList<string> AllowedFileExtensions { get; init; } = [];

    public IReadOnlyList<string> BlockedFileExtensions { get; init; } = [];

    public IReadOnlyList<string> AllowedMimeTypes { get; init; } = [];

    public bool ExposesRequestTooLarge { get; init; }

    public bool ExposesFileTooLarge { get; init; }

    public bool ExposesInvalidFileExtension { get; init; }

    public bool ExposesInvalidFileMimeType { get; init; }

    /// <summary>The reference to the secret that requests are signed with.</summary>
    public string? SigningSecret { get; init; }

    public HookSignatureFormat SignatureFormat { get; init; }

    /// <summary>By how much the time of a signature may differ from now.</summary>
    public TimeSpan ReplayWindow { get; init; } = HttpEndpoint.DefaultReplayWindow;

    /// <summary>The reference to the secret that callers send.</summary>
    public string? ApiKey { get; init; }

    public string ApiKeyHeader { get; init; } = HttpEndpoint.DefaultApiKeyHeader;

    /// <summary>Where the key stands that makes repeated requests one; null for the header <c>Idempotency-Key</c>.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Whether callers show a credential of the endpoint's own.</summary>
    public bool HasCredential => SigningSecret is not null || ApiKey is not null;

    /// <summary>The settings that these inputs are.</summary>
    /// <exception cref="FormatException">They are none; everything that is wrong is listed.</exception>
    public static HookSettings Of(IReadOnlyDictionary<string, object?> inputs)
    {
        var faults = new List<string>();
        return Read(inputs, faults) ?? throw new FormatException(string.Join(' ', faults));
    }

    /// <summary>The settings that these inputs are; null, and why, when they are none.</summary>
    public static HookSettings? Read(IReadOnlyDictionary<string, object?> inputs, List<string> faults)
    {
        var before = faults.Count;
        var route = RouteOf(Value<string>(inputs, "Path", faults), faults);
        var settings = new HookSettings
        {
            Route = route!,
            Methods = MethodsOf(Value<IReadOnlyList<string>>(inputs, "SupportedMethods", faults) ?? ["GET"], faults),
            Authorize = Value<bool>(inputs, "Authorize", faults),
            RequestTimeout = Within(Value<TimeSpan?>(inputs, "RequestTimeout", faults), "requestTimeout", TimeSpan.FromHours(1), faults),
            RequestSizeLimit = Within(Value<long?>(inputs, "RequestSizeLimit", faults), "requestSizeLimit", faults) ?? DefaultSizeLimit,
            FileSizeLimit = Within(Value<long?>(inputs, "FileSizeLimit", faults), "fileSizeLimit", faults),
            AllowedFileExtensions = Extensions(Value<IReadOnlyList<string>>(inputs, "AllowedFileExtensions", faults)),
            BlockedFileExtensions = Extensions(Value<IReadOnlyList<string>>(inputs, "BlockedFileExtensions", faults)),
            AllowedMimeTypes = Value<IReadOnlyList<string>>(inputs, "AllowedMimeTypes", faults) ?? [],
            ExposesRequestTooLarge = Value<bool>(inputs, "ExposeRequestTooLargeOutcome", faults),
            ExposesFileTooLarge = Value<bool>(inputs, "ExposeFileTooLargeOutcome", faults),
            ExposesInvalidFileExtension = Value<bool>(inputs, "ExposeInvalidFileExtensionOutcome", faults),
            ExposesInvalidFileMimeType = Value<bool>(inputs, "ExposeInvalidFileMimeTypeOutcome", faults),
            SigningSecret = Reference(inputs, "SigningSecret", faults),
            SignatureFormat = Value<HookSignatureFormat>(inputs, "SignatureFormat", faults),
            ReplayWindow = Within(Value<TimeSpan?>(inputs, "ReplayWindow", faults), "replayWindow", TimeSpan.FromDays(1), faults) ?? HttpEndpoint.DefaultReplayWindow,
            ApiKey = Reference(inputs, "ApiKey", faults),
            ApiKeyHeader = Value<string>(inputs, "ApiKeyHeader", faults) is { Length: > 0 } header ? header.Trim() : HttpEndpoint.DefaultApiKeyHeader,
            IdempotencyKey = Value<string>(inputs, "IdempotencyKey", faults) is { Length: > 0 } key ? key.Trim() : null,
        };
        if (!string.IsNullOrWhiteSpace(Value<string>(inputs, "Policy", faults)))
        {
            faults.Add("Policies are not known here: clear 'policy', and set 'authorize', 'apiKey' or 'signingSecret'.");
        }

        return faults.Count == before ? settings : null;
    }

    private static T? Value<T>(IReadOnlyDictionary<string, object?> inputs, string name, List<string> faults)
    {
        if (!inputs.TryGetValue(name, out var value) || value is null || value is string { Length: 0 } && typeof(T) != typeof(string))
        {
            return default;
        }

        try
        {
            return (T?)ValueConverter.Convert(value, typeof(T));
        }
        catch (FormatException e)
        {
            faults.Add($"Input '{name}': {e.Message}");
            return default;
        }
    }

    private static HookRoute? RouteOf(string? path, List<string> faults)
    {
        if (string.IsNullOrWhiteSpace(path?.Trim('/')))
        {
            faults.Add("The endpoint has no path: give 'path' one such as orders/{id}.");
            return null;
        }

        try
        {
            return HookRoute.Parse(path);
        }
        catch (FormatException e)
        {
            faults.Add(e.Message);
            return null;
        }
    }

    private static IReadOnlyList<string> MethodsOf(IReadOnlyList<string> methods, List<string> faults)
    {
        var upper = methods.Select(m => m.Trim().ToUpperInvariant()).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var method in upper.Except(Known, StringComparer.Ordinal))
        {
            faults.Add($"'{method}' is no method of an endpoint: 'supportedMethods' may hold {string.Join(", ", Known)}.");
        }

        if (upper.Length == 0)
        {
            faults.Add("The endpoint accepts no method: give 'supportedMethods' at least one, such as POST.");
        }

        return upper;
    }

    private static TimeSpan? Within(TimeSpan? value, string name, TimeSpan most, List<string> faults)
    {
        if (value is { } span && (span <= TimeSpan.Zero || span > most))
        {
            faults.Add($"'{name}' is {span:c}: give a time span over zero, up to {most:c}.");
        }

        return value;
    }

    private static long? Within(long? value, string name, List<string> faults)
    {
        if (value is <= 0 or > LargestSizeLimit)
        {
            faults.Add($"'{name}' is {value}: give a number of bytes from 1 to {LargestSizeLimit}.");
        }

        return value;
    }

    private static string[] Extensions(IReadOnlyList<string>? extensions) =>
        [.. (extensions ?? []).Select(e => e.Trim()).Where(e => e.Length > 0).Select(e => e.StartsWith('.') ? e : "." + e)];

    // In clear it would be in the definition and in histories, where many can read it.
    private static string? Reference(IReadOnlyDictionary<string, object?> inputs, string name, List<string> faults)
    {
        var value = Value<string>(inputs, name, faults);
        if (string.IsNullOrWhiteSpace(value))
        {
            return null;
        }

        if (!Secrets.IsReference(value))
        {
            faults.Add($"Input '{name}' must name a secret, as secret:NAME, not hold it.");
        }

        return value;
    }
}
