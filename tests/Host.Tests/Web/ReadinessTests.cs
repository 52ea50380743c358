using System.Net;
using Dag.Host.Hosting;
using Dag.Host.Web.Safety;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.Web;

public sealed class ReadinessTests
{
    [Theory]
    [InlineData("GET", "/health", true)]
    [InlineData("GET", "/api/v1/runs", false)]
    [InlineData("POST", "/api/v1/workflows", false)]
    public async Task Until_it_is_ready_only_health_is_answered(string method, string path, bool passes)
    {
        using var folder = new TempFolder();
        var options = new DagHostOptions { DataFolder = folder.Path, IsTemporary = true, Console = Verbosity.Problems };
        await using var services = new ServiceCollection().AddDag(options).AddDagLogging(options).BuildServiceProvider();
        var passed = false;
        var guard = new ReadinessGuard(
            _ =>
            {
                passed = true;
                return Task.CompletedTask;
            },
            services.GetRequiredService<DagNode>());
        var context = new DefaultHttpContext { RequestServices = services, Request = { Method = method, Path = path } };

        await guard.InvokeAsync(context);

        Assert.Equal(passes, passed);
        Assert.Equal(passes ? 200 : 503, context.Response.StatusCode);
    }

    [Fact]
    public async Task While_it_drains_it_can_be_looked_at_but_takes_nothing_new()
    {
        await using var test = await TestServer.StartAsync();
        await test.Server.Services.GetRequiredService<DagNode>().StopAsync(TestContext.Current.CancellationToken);

        var health = await test.Client.GetAsync("/health", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal("draining", (await TestServer.JsonAsync(health)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, (await test.Client.GetAsync("/api/v1/runs", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await test.PostAsync("/api/v1/workflows", "{}")).StatusCode);
    }
}
