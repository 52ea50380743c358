using System.Diagnostics.CodeAnalysis;

namespace Dag.Activities.OutgoingHttp;

/// <summary>A URL whose path and query are a secret, as those of incoming webhooks are: it shows as scheme and host only.</summary>
internal sealed class SecretUrl
{
    private const int ShortestSecret = 5;
    private readonly string[] _secrets;

    private SecretUrl(Uri uri)
    {
        Uri = uri;
        string[] parts = [.. uri.AbsolutePath.Split('/'), .. uri.Query.TrimStart('?').Split('&', '='), .. uri.UserInfo.Split(':')];
        _secrets = [.. parts.SelectMany(part => new[] { part, Uri.UnescapeDataString(part) })
            .Where(part => part.Length >= ShortestSecret).Distinct().OrderByDescending(part => part.Length)];
    }

    /// <summary>The whole URL: for the request alone.</summary>
    public Uri Uri { get; }

    /// <summary>Reads an absolute http or https URL.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SecretUrl? url)
    {
        url = Uri.TryCreate(text?.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
            ? new SecretUrl(uri)
            : null;
        return url is not null;
    }

    /// <summary>Where a redirect of this URL leads; null when it is none that may be followed.</summary>
    public SecretUrl? Redirect(Uri? location)
    {
        if (location is null || !TryParse(new Uri(Uri, location).AbsoluteUri, out var target))
        {
            return null;
        }

        return Uri.Scheme == "https" && target.Uri.Scheme == "http" ? null : target;
    }

    /// <summary>The text without what is secret of this URL: servers repeat what they were asked.</summary>
    public string Mask(string text) => _secrets.Aggregate(text, (masked, secret) => masked.Replace(secret, "***", StringComparison.OrdinalIgnoreCase));

    /// <summary>Scheme and host.</summary>
    public override string ToString() => $"{Uri.Scheme}://{Uri.Authority}/***";
}
