using System.Text;
using Dag.Host.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dag.Host.Tests.Hosting;

public class LoggingServicesTests
{
    [Fact]
    public async Task Logs_are_sent_over_otlp_with_their_scopes_when_a_receiver_is_named()
    {
        var received = new TaskCompletionSource<(string Path, string Body)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var receiver = builder.Build();
        receiver.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.TrySetResult((context.Request.Path, Encoding.UTF8.GetString(body.ToArray())));
        });
        await receiver.StartAsync(TestContext.Current.CancellationToken);
        var environment = new Dictionary<string, string?>
        {
            [DagHostOptions.TelemetryVariable] = receiver.Urls.Single() + "/ingest/otlp",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };

        await using (var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(environment).Build())
            .AddDagLogging(new DagHostOptions { IsTemporary = true, SendsLogs = true, Console = Verbosity.Problems })
            .BuildServiceProvider())
        {
            var logger = services.GetRequiredService<ILogger<LoggingServicesTests>>();
            using (logger.BeginScope(new Dictionary<string, object> { ["RunId"] = "run-42" }))
            {
                logger.LogInformation("{Rows} rows arrived", 7);
            }

            services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.Noise").LogInformation("not told");
        }

        var (path, text) = await received.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("/ingest/otlp/v1/logs", path);
        Assert.Contains("7 rows arrived", text);
        Assert.Contains("run-42", text);
        Assert.DoesNotContain("not told", text);
    }
}
