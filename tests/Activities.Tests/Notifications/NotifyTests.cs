using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Dag.Activities.Notifications;
using Dag.Activities.OutgoingHttp;
using Dag.Activities.Tests.Models;
using Dag.Activities.Tests.OutgoingHttp;
using Dag.Workflows.Activities;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Tests.Notifications;

public sealed class NotifyTests : IAsyncDisposable
{
    private const string Secret = "/services/T00000000/B00000000/abcdefghijklmnop";
    private static readonly TimeSpan _never = TimeSpan.FromHours(1);
    private readonly HastyClock _clock = new();
    private readonly RecordingLogger<Notify> _log = new();
    private readonly RecordingLogger<LogChannel> _channelLog = new();
    private readonly OutgoingHttpOptions _http = new();
    private Dictionary<string, object?> _variables = [];
    private ServiceProvider? _services;
    private LocalServer? _server;

    public async ValueTask DisposeAsync()
    {
        await (_services?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task The_log_channel_writes_the_filled_message()
    {
        var notify = await RunAsync(n => (n.Message, n.Title, n.Values) = ("{{rows}} rows in run {{runId}}", "{{workflow}}", new { Rows = 3 }));

        Assert.True(notify.Delivered);
        Assert.Equal("3 rows in run run-1", notify.Text);
        Assert.Equal((LogLevel.Information, "Retrain: 3 rows in run run-1"), Assert.Single(_channelLog.Messages));
    }

    [Fact]
    public async Task A_message_can_name_the_workflow_s_variables_and_values_come_before_them()
    {
        _variables = new Dictionary<string, object?> { ["metrics"] = new Dictionary<string, object?> { ["rmse"] = 1.25 }, ["Rows"] = 1, ["runId"] = "mine" };
        var notify = await RunAsync(n => (n.Message, n.Values) = ("{{format metrics.rmse \"0.0\"}} on {{rows}} rows in {{runId}}", new { rows = 3 }));

        Assert.Equal("1.3 on 3 rows in run-1", notify.Text);
    }

    [Fact]
    public async Task Slack_gets_a_text_in_which_values_cannot_mention_a_channel()
    {
        await AnswerAsync(200);

        var notify = await RunAsync(n =>
            (n.Channel, n.Message, n.Title, n.Values) = ("slack", "*{{name}}* <https://example.com|open>", "Done", """{"name": "<!channel> & co"}"""));

        Assert.True(notify.Delivered, notify.Error);
        var (path, body, headers) = Assert.Single(_server!.Requests);
        Assert.Equal(Secret, path);
        Assert.Equal("application/json; charset=utf-8", headers["Content-Type"]);
        Assert.Equal("""{"text":"*Done*\n*&lt;!channel&gt; &amp; co* <https://example.com|open>"}""", body);
    }

    [Fact]
    public async Task A_webhook_gets_message_run_and_values_and_a_key_to_tell_repetitions()
    {
        await AnswerAsync(204);

        var notify = await RunAsync(n =>
            (n.Channel, n.Message, n.Values) = ("webhook", "rmse {{metrics.rmse}}", new Dictionary<string, object?> { ["metrics"] = new { rmse = 1.5 } }));

        Assert.True(notify.Delivered, notify.Error);
        var (_, body, headers) = Assert.Single(_server!.Requests);
        Assert.Equal("key-1", headers["Idempotency-Key"]);
        Assert.True(JsonElement.DeepEquals(
            JsonDocument.Parse("""
                {"message": "rmse 1.5", "runId": "run-1", "workflow": "Retrain", "activityId": "tell", "values": {"metrics": {"rmse": 1.5}}}
                """).RootElement,
            JsonDocument.Parse(body).RootElement));
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_when_it_says()
    {
        _server = await LocalServer.StartAsync((context, before) =>
        {
            context.Response.StatusCode = before == 0 ? 429 : 200;
            context.Response.Headers.RetryAfter = before == 0 ? "7" : "";
            return Task.CompletedTask;
        });

        var notify = await RunAsync(n => n.Channel = "slack");

        Assert.True(notify.Delivered, notify.Error);
        Assert.Equal([TimeSpan.FromSeconds(7)], _clock.Pauses);
    }

    [Fact]
    public async Task A_failing_server_is_asked_as_often_as_set_and_then_a_warning_is_left()
    {
        await AnswerAsync(503, "down " + Secret);

        var notify = await RunAsync(n => (n.Channel, n.Retries) = ("webhook", 2));

        Assert.False(notify.Delivered);
        Assert.Equal(3, _server!.Requests.Count);
        Assert.Equal($"{_server.Address}/*** answered 503 Service Unavailable: down /***/***/***/*** (3 attempts).", notify.Error);
        var warning = Assert.Single(_log.Messages);
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Contains(notify.Error!, warning.Text);
    }

    [Fact]
    public async Task A_refusal_is_not_repeated_and_faults_only_when_asked()
    {
        await AnswerAsync(404, "no_service");

        var notify = await RunAsync(n => n.Channel = "slack");
        var fault = await Assert.ThrowsAsync<ActivityException>(() => RunAsync(n => (n.Channel, n.FailRun) = ("slack", true)));

        Assert.Equal($"{_server!.Address}/*** answered 404 Not Found: no_service (1 attempt).", notify.Error);
        Assert.Equal(notify.Error, fault.Message);
        Assert.False(fault.Retryable);
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_again_and_its_url_is_not_shown()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var notify = await RunAsync(n => (n.Channel, n.Url, n.Retries) = ("slack", $"http://127.0.0.1:{port}{Secret}", 1));

        Assert.False(notify.Delivered);
        Assert.StartsWith($"http://127.0.0.1:{port}/*** could not be reached: ", notify.Error);
        Assert.EndsWith("(2 attempts).", notify.Error);
        Assert.DoesNotContain("abcdef", notify.Error);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_is_given_up()
    {
        _server = await LocalServer.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));

        var notify = await RunAsync(n => (n.Channel, n.Timeout, n.Retries) = ("webhook", TimeSpan.FromMilliseconds(300), 0), TimeProvider.System);

        Assert.Equal($"{_server.Address}/*** gave no answer within 0.3 s (1 attempt).", notify.Error);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data", "169.254.169.254")]
    [InlineData("http://[::ffff:169.254.169.254]/x", "169.254.169.254")]
    [InlineData("http://[fe80::1]/x", "fe80::1")]
    public async Task Link_local_and_metadata_addresses_are_refused_without_an_attempt(string url, string address)
    {
        var notify = await RunAsync(n => (n.Channel, n.Url) = ("webhook", url));

        Assert.Contains(address, notify.Error);
        Assert.EndsWith("which outgoing HTTP refuses.", notify.Error);
        Assert.Empty(_clock.Pauses);
    }

    [Fact]
    public async Task Loopback_is_refused_by_name_when_private_addresses_are()
    {
        await AnswerAsync(200);
        _http.AllowPrivateAddresses = false;

        var notify = await RunAsync(n => (n.Channel, n.Url) = ("webhook", _server!.Address.Replace("127.0.0.1", "localhost")));

        Assert.Contains("localhost leads to", notify.Error);
        Assert.Empty(_server!.Requests);
    }

    [Fact]
    public async Task A_redirect_to_a_metadata_address_is_refused()
    {
        await AnswerAsync(307, location: "http://169.254.169.254/latest/meta-data");

        var notify = await RunAsync(n => n.Channel = "webhook");

        Assert.Contains("169.254.169.254", notify.Error);
        Assert.EndsWith("which outgoing HTTP refuses.", notify.Error);
    }

    [Fact]
    public async Task A_redirect_that_keeps_the_method_is_followed_and_others_are_told()
    {
        _server = await LocalServer.StartAsync((context, before) =>
        {
            context.Response.StatusCode = before == 0 ? 308 : before == 1 ? 200 : 302;
            context.Response.Headers.Location = "/moved";
            return Task.CompletedTask;
        });

        Assert.True((await RunAsync(n => n.Channel = "webhook")).Delivered);
        Assert.Equal([Secret, "/moved"], _server.Requests.Select(r => r.Path));
        Assert.EndsWith("answered 302 Found; set 'url' to where it leads (1 attempt).", (await RunAsync(n => n.Channel = "webhook")).Error);
    }

    [Theory]
    [InlineData("pigeon", "http://x/y", "There is no notification channel 'pigeon'. Set 'channel' to log, slack, webhook.")]
    [InlineData("slack", null, "The channel 'slack' needs 'url'. Set it, for example to secret:NAME.")]
    [InlineData("slack", "abcdefghijkl", "'url' is no absolute http or https URL. It is not shown, as it is a secret.")]
    public async Task What_is_set_wrongly_is_named(string channel, string? url, string expected)
    {
        var fault = await Assert.ThrowsAsync<ActivityException>(() => RunAsync(n => (n.Channel, n.Url, n.FailRun) = (channel, url, true)));

        Assert.Equal(expected, fault.Message);
        Assert.False(fault.Retryable);
    }

    [Fact]
    public async Task Cancelling_the_run_ends_the_wait_for_an_answer()
    {
        var asked = new TaskCompletionSource();
        _server = await LocalServer.StartAsync((context, _) =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var cancel = new CancellationTokenSource();
        var running = RunAsync(n => n.Channel = "webhook", cancellationToken: cancel.Token);
        await asked.Task;

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private async Task AnswerAsync(int status, string text = "", string? location = null) =>
        _server = await LocalServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = status;
            if (location is not null)
            {
                context.Response.Headers.Location = location;
            }

            return text.Length == 0 ? Task.CompletedTask : context.Response.WriteAsync(text);
        });

    private async Task<Notify> RunAsync(Action<Notify> set, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        _services ??= new ServiceCollection()
            .AddSingleton(clock ?? _clock)
            .AddSingleton<ILogger<LogChannel>>(_channelLog)
            .AddDagOutgoingHttp(options => options.AllowPrivateAddresses = _http.AllowPrivateAddresses)
            .AddDagNotifications()
            .BuildServiceProvider();
        var notify = new Notify(_services.GetServices<INotificationChannel>(), _log)
        {
            Message = "hello",
            Url = _server?.Address + Secret,
            Timeout = _never,
        };
        set(notify);
        await notify.ExecuteAsync(
            new WorkContext { RunId = "run-1", WorkflowName = "Retrain", ActivityId = "tell", ExecutionId = 7, Attempt = 1, IdempotencyKey = "key-1", Variables = _variables },
            cancellationToken);
        return notify;
    }
}
