using Dag.Activities.OutgoingHttp;

namespace Dag.Activities.Http;

/// <summary>A request that an activity makes.</summary>
internal sealed record HttpCall
{
    public required SecretUrl Url { get; init; }

    public required HttpMethod Method { get; init; }

    /// <summary>The headers, in order; secrets are in them.</summary>
    public required IReadOnlyList<HttpHeader> Headers { get; init; }

    public HttpBody? Body { get; init; }

    /// <summary>How long the answer may take, redirects and body included.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How many bytes the answer's body may have.</summary>
    public required int SizeLimit { get; init; }
}

/// <summary>A header of a request.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Its values; never shown.</param>
/// <param name="IsUnchecked">Whether it is sent even if it is not as the header's syntax wants it.</param>
internal sealed record HttpHeader(string Name, IReadOnlyList<string> Values, bool IsUnchecked = false);
