namespace Dag.Host.Web;

/// <summary>Where the service listens and who may speak to it.</summary>
internal sealed record WebOptions
{
    /// <summary>The largest body of a request, in bytes: 16 MiB, as much as a definition may have.</summary>
    public const long MaxBodyBytes = 16 << 20;

    /// <summary>Where it listens; default <c>http://localhost:5000</c>.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://localhost:5000"];

    /// <summary>The key that every request must carry; null, the default, for none, which is allowed on the loopback interface only.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// How long the caller of an endpoint waits for the workflow's answer, unless the endpoint says, and for the start of the run to be stored;
    /// default 30 seconds.
    /// </summary>
    public TimeSpan AnswerPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLoopback => Urls.All(url => Parse(url) is { } address && IsLoopbackHost(address.Host));

    /// <summary>All that is wrong.</summary>
    public IEnumerable<string> Faults()
    {
        if (Urls.Count == 0)
        {
            yield return "--urls names no address: write --urls http://localhost:5000.";
        }

        foreach (var url in Urls)
        {
            if (Parse(url) is not { } address)
            {
                yield return $"--urls {url} is not an address: write it as http://localhost:5000.";
            }
            else if (string.IsNullOrWhiteSpace(ApiKey) && !IsLoopbackHost(address.Host))
            {
                yield return $"--urls {url} can be reached from other machines: set the environment variable DAG_API_KEY to a long random key, " +
                    "which every request must then carry, or listen on http://localhost:5000.";
            }
        }
    }

    /// <summary>Whether a host, as it stands in a URL, is this machine's loopback interface.</summary>
    public static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host is "127.0.0.1" or "[::1]";

    private static BindingAddress? Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url) is { Scheme: "http" or "https", Port: >= 0 and <= 65535, PathBase: "", IsUnixPipe: false } address
                && (address.Host is "*" or "+" || Uri.CheckHostName(address.Host) != UriHostNameType.Unknown)
                    ? address
                    : null;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
