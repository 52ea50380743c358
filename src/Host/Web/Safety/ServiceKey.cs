using System.Security.Cryptography;
using System.Text;

namespace Dag.Host.Web.Safety;

/// <summary>The service's own key, and keys in requests.</summary>
internal sealed class ServiceKey(WebOptions options)
{
    /// <summary>The header that holds a key, unless Authorization does.</summary>
    public const string Header = "X-Api-Key";

    private readonly byte[]? _key = string.IsNullOrWhiteSpace(options.ApiKey) ? null : Hash(options.ApiKey);

    /// <summary>Whether the service has a key.</summary>
    public bool IsConfigured => _key is not null;

    /// <summary>Whether this is the key; never, when the service has none.</summary>
    public bool Is(string given) => _key is not null && CryptographicOperations.FixedTimeEquals(Hash(given), _key);

    /// <summary>Whether a request carries it.</summary>
    public bool IsIn(HttpRequest request) => Is(GivenIn(request, Header));

    /// <summary>Whether a request carries a key, in this header or as Authorization.</summary>
    public static bool IsIn(HttpRequest request, string header, string key) =>
        CryptographicOperations.FixedTimeEquals(Hash(GivenIn(request, header)), Hash(key));

    /// <summary>The key that a request carries, in this header or as Authorization; empty when it carries none.</summary>
    public static string GivenIn(HttpRequest request, string header)
    {
        if (request.Headers[header].ToString() is { Length: > 0 } given)
        {
            return given;
        }

        var authorization = request.Headers.Authorization.ToString();
        foreach (var scheme in (ReadOnlySpan<string>)["ApiKey ", "Bearer "])
        {
            if (authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return authorization[scheme.Length..].Trim();
            }
        }

        return "";
    }

    // Hashes of one length, compared in constant time: the answer's delay says nothing of the key.
    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
