namespace Dag.Host.Demo;

/// <summary>What <c>dag demo</c> was asked to do.</summary>
internal sealed record DemoOptions
{
    /// <summary>Whether it ends after the summary; default false, it serves on.</summary>
    public bool Once { get; init; }

    /// <summary>Its folder, which is emptied at the start.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where to listen; null, the default, for port 5000, or a free one when that is taken.</summary>
    public string? Urls { get; init; }

    /// <summary>How long one batch may take, from its arrival to the message; default 5 minutes.</summary>
    public TimeSpan PatiencePerBatch { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>The demo did not go as it should; the message says what happened.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
