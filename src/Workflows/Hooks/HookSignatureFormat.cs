namespace Dag.Workflows.Hooks;

/// <summary>How the requests to an endpoint are signed.</summary>
internal enum HookSignatureFormat
{
    /// <summary>
    /// <c>X-Dag-Signature: sha256=HEX</c> is the HMAC-SHA256 of <c>TIMESTAMP.METHOD.TARGET.BODY</c>; <c>X-Dag-Timestamp</c> holds the
    /// timestamp, in seconds since 1970, and the target is the path with the query, as sent.
    /// </summary>
    Timestamped,

    /// <summary><c>X-Hub-Signature-256: sha256=HEX</c> is the HMAC-SHA256 of the body, as GitHub sends it; it does not tell a repetition.</summary>
    GitHub,
}
