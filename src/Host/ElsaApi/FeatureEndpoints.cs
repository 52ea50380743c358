using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi;

/// <summary>What the server can do beyond the basics, by the names of Elsa's features.</summary>
internal static class FeatureEndpoints
{
    private static readonly FeatureItem[] Installed =
    [
        new("RealTimeWorkflowUpdates", "Elsa", "Real-time workflow updates", "Tells who looks at a run when it moves on."),
    ];

    extension(IEndpointRouteBuilder routes)
    {
        public void MapFeatures()
        {
            routes.MapGet("/features/installed", () => TypedResults.Ok(new ElsaList<FeatureItem>(Installed)));
            routes.MapGet("/features/installed/{fullName}", Get);
            routes.MapGet("/package/version", () => TypedResults.Ok(new PackageItem("3.8.2")));
        }
    }

    private static Results<Ok<FeatureItem>, ProblemHttpResult> Get(string fullName) =>
        Array.Find(Installed, f => f.FullName == fullName) is { } feature
            ? TypedResults.Ok(feature)
            : Web.Api.Problems.NotFound($"The feature {fullName} is not installed.");
}

/// <summary>A feature.</summary>
internal sealed record FeatureItem(string Name, string Namespace, string DisplayName, string Description)
{
    public string FullName => $"{Namespace}.{Name}";
}

/// <summary>Which version of Elsa's API this is.</summary>
internal sealed record PackageItem(string PackageVersion);
