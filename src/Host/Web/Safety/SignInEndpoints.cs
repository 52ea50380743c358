using System.Security.Cryptography;
using System.Text;
using Dag.Host.WebConsole;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.Web.Safety;

/// <summary>Where a browser shows the key once, and is let in by a cookie from then on.</summary>
internal static class SignInEndpoints
{
    /// <summary>The page, and where the key is sent.</summary>
    public const string Path = "/sign-in";

    extension(IEndpointRouteBuilder routes)
    {
        public void MapSignIn()
        {
            routes.MapGet(Path, IResult () => new RazorComponentResult<SignInPage>()).AddEndpointFilter<PageHeaders>().ExcludeFromDescription();
            routes.MapPost(Path, SignIn).ExcludeFromDescription();
            routes.MapPost("/sign-out", SignOut).ExcludeFromDescription();
        }
    }

    private static Results<NoContent, ProblemHttpResult> SignIn(SignInBody body, WebOptions options, SignedInCookie cookie, HttpContext context)
    {
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(body.Key ?? ""));
        if (string.IsNullOrWhiteSpace(options.ApiKey) || !CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(Encoding.UTF8.GetBytes(options.ApiKey))))
        {
            return TypedResults.Problem("This is not the key.", statusCode: StatusCodes.Status401Unauthorized);
        }

        cookie.Issue(context);
        return TypedResults.NoContent();
    }

    private static NoContent SignOut(SignedInCookie cookie, HttpContext context)
    {
        cookie.Withdraw(context);
        return TypedResults.NoContent();
    }
}

/// <summary>What is shown to be let in.</summary>
/// <param name="Key">The key.</param>
internal sealed record SignInBody(string? Key);
