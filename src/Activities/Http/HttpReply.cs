using System.Net;

namespace Dag.Activities.Http;

/// <summary>What a server answered.</summary>
internal sealed record HttpReply
{
    public required int StatusCode { get; init; }

    /// <summary>Its headers, each with all its values.</summary>
    public required Dictionary<string, object?> Headers { get; init; }

    /// <summary>The body as a value; null when there is none.</summary>
    public object? Content { get; init; }

    /// <summary>How many bytes the body has.</summary>
    public required int Bytes { get; init; }

    /// <summary>How long the server asked to wait before the next request.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same request may have another answer later.</summary>
    public bool MayPass => StatusCode is (int)HttpStatusCode.RequestTimeout or (int)HttpStatusCode.TooManyRequests or >= 500;
}
