using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.WebConsole;

/// <summary>The pages that people see, and the files that these need.</summary>
internal static class ConsolePages
{
    // Studio asks for its files by these paths below the base of its pages, which must be the root: its links are from there.
    private static readonly string[] StudioPaths = ["/_framework/{**path}", "/_content/{**path}", "/appsettings.json", $"/{StudioPage.OwnStyleSheet}"];

    extension(IServiceCollection services)
    {
        public IServiceCollection AddConsole()
        {
            services.AddRazorComponents();
            // Nothing is protected with its keys, so they need not be kept.
            services.AddDataProtection().UseEphemeralDataProtectionProvider();
            return services.AddSingleton<StudioFiles>().AddSingleton<ConsoleAssets>();
        }
    }

    extension(WebApplication app)
    {
        public void MapConsole()
        {
            app.MapGet("/", () => TypedResults.Redirect("/workflows")).ExcludeFromDescription();
            var pages = app.MapGroup("").AddEndpointFilter<PageHeaders>().ExcludeFromDescription();
            pages.MapGet("/workflows", () => Page(Section.Workflows, "Workflows", "elsa-workflow-definition-list"));
            pages.MapGet("/workflows/definitions", () => TypedResults.Redirect("/workflows"));
            pages.MapGet("/workflows/definitions/{id}/edit", (string id) => Page(Section.Workflows, "Workflow", "elsa-workflow-definition-editor", "definition-id", id));
            pages.MapGet("/workflows/instances", () => Page(Section.Runs, "Runs", "elsa-workflow-instance-list"));
            pages.MapGet("/workflows/instances/{id}/view", (string id) => Page(Section.Runs, "Run", "elsa-workflow-instance-viewer", "instance-id", id));
            pages.MapGet("/workflows/instances/{id}/logs", (string id) => Log(id));
            // Studio's link to what it calls structured logs.
            app.MapGet("/diagnostics/structured-logs", (string? workflowInstanceId) => TypedResults.Redirect(LogPathOf(workflowInstanceId))).ExcludeFromDescription();
            foreach (var path in StudioPaths)
            {
                app.MapMethods(path, ["GET", "HEAD"], SendStudioAsync).ExcludeFromDescription();
            }

            app.MapMethods("/console/{name}", ["GET", "HEAD"], SendAsset).ExcludeFromDescription();
        }
    }

    private static RazorComponentResult Page(Section section, string title, string element, string? attribute = null, string? value = null) =>
        new RazorComponentResult<StudioPage>(new { Section = section, Title = title, Element = element, Attribute = attribute, Value = value });

    private static RazorComponentResult Log(string id) => new RazorComponentResult<LogPage>(new { RunId = id });

    private static string LogPathOf(string? runId) =>
        string.IsNullOrEmpty(runId) ? "/workflows/instances" : $"/workflows/instances/{Uri.EscapeDataString(runId)}/logs";

    private static Task SendStudioAsync(HttpContext context, StudioFiles files)
    {
        var path = context.Request.Path.Value![1..];
        if (files.Find(path) is { } file)
        {
            return file.SendAsync(context);
        }

        var problem = files.IsInstalled
            ? Web.Api.Problems.NotFound($"Elsa Studio has no file {path}.")
            : Web.Api.Problems.NotFound("Elsa Studio is not installed: run `npm install` in the folder of package.json.");
        return problem.ExecuteAsync(context);
    }

    private static Results<FileContentHttpResult, ProblemHttpResult> SendAsset(string name, ConsoleAssets assets) =>
        assets.Find(name) is { } asset
            ? TypedResults.Bytes(asset.Content, asset.ContentType, entityTag: asset.Tag)
            : Web.Api.Problems.NotFound($"There is no file {name}.");
}
