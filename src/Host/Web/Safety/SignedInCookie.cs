using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Dag.Host.Web.Safety;

/// <summary>
/// Lets a browser in that has given the key once: a cookie with its own end, sealed with a secret that follows from the key. It holds
/// nothing of the key, and none is valid any more once the key is another.
/// </summary>
internal sealed class SignedInCookie(WebOptions options, TimeProvider clock)
{
    /// <summary>The cookie's name.</summary>
    public const string Name = "dag-session";

    /// <summary>How long it is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly byte[] _secret = HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.ApiKey ?? ""), "browser session"u8);

    /// <summary>Lets the browser of this request in from now on.</summary>
    public void Issue(HttpContext context)
    {
        var end = clock.GetUtcNow() + Lifetime;
        var seconds = end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        context.Response.Cookies.Append(Name, $"{seconds}.{SealOf(seconds)}", Properties(context, end));
    }

    /// <summary>Lets it in no more.</summary>
    public void Withdraw(HttpContext context) => context.Response.Cookies.Delete(Name, Properties(context, null));

    /// <summary>Whether the browser was let in.</summary>
    public bool IsValid(HttpRequest request)
    {
        if (request.Cookies[Name]?.Split('.') is not [var seconds, var seal]
            || !long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            || end < clock.GetUtcNow().ToUnixTimeSeconds())
        {
            return false;
        }

        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(seal), Encoding.ASCII.GetBytes(SealOf(seconds)));
    }

    private string SealOf(string seconds) => Convert.ToHexStringLower(HMACSHA256.HashData(_secret, Encoding.ASCII.GetBytes(seconds)));

    // Strict: it is never sent with a request that another site's page makes.
    private static CookieOptions Properties(HttpContext context, DateTimeOffset? end) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/", Expires = end, IsEssential = true };
}
