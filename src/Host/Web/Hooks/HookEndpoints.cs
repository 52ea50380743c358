namespace Dag.Host.Web.Hooks;

/// <summary>The endpoints of workflows: everything below <c>/hooks</c>.</summary>
internal static class HookEndpoints
{
    private const string Base = "/hooks";

    /// <summary>Whether a request is for an endpoint of a workflow.</summary>
    public static bool IsHook(HttpRequest request) => request.Path.StartsWithSegments(Base, StringComparison.OrdinalIgnoreCase);

    extension(IServiceCollection services)
    {
        /// <summary>Adds what answers requests for endpoints of workflows.</summary>
        public IServiceCollection AddHooks() => services
            .AddSingleton<HookCredentials>()
            .AddSingleton<HookUploads>()
            .AddSingleton<HookBodyReader>()
            .AddSingleton<HookHandler>();
    }

    extension(IEndpointRouteBuilder routes)
    {
        public void MapHooks() => routes.Map(Base + "/{**path}", HandleAsync).ExcludeFromDescription();
    }

    private static Task HandleAsync(HttpContext context, HookHandler handler)
    {
        context.Request.Path.StartsWithSegments(Base, StringComparison.OrdinalIgnoreCase, out var path);
        return handler.HandleAsync(context, path.Value ?? "");
    }
}
