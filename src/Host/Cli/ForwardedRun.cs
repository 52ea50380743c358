using System.Net.ServerSentEvents;
using System.Text.Json;
using Dag.Host.Hosting;
using Dag.Host.Web.Api;

namespace Dag.Host.Cli;

/// <summary><c>dag run</c> on a folder that another process serves: that one runs it, and this one prints what comes back.</summary>
internal sealed class ForwardedRun(HttpClient client, RunRequest request, TextWriter output, TextWriter errors)
{
    private readonly TaskCompletionSource<string> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts and follows the run. When the token is cancelled the run is, and is followed to its end.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The service refuses or does not answer.</exception>
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        var files = new List<FollowedRunFile>();
        foreach (var file in request.Files)
        {
            files.Add(new FollowedRunFile(file, await File.ReadAllTextAsync(file, cancellationToken)));
        }

        using var response = await client.SendAsync(
            HttpMethod.Post, "/api/v1/runs", JsonContent.Create(FollowedRunBody.Of(request, files)), cancellationToken);
        using var cancelling = cancellationToken.Register(() => _ = CancelAsync());
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(CancellationToken.None);
            await foreach (var item in SseParser.Create(body).EnumerateAsync(CancellationToken.None))
            {
                if (await TakeAsync(item.EventType, JsonSerializer.Deserialize<FollowedRunMessage>(item.Data, JsonSerializerOptions.Web)!) is { } exit)
                {
                    return exit;
                }
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // It was killed: said below, as when it ended the answer in good order.
        }

        await errors.WriteLineAsync($"dag: the service on {client.BaseAddress} ended" + (_started.Task.IsCompletedSuccessfully
            ? $"; run {await _started.Task} goes on when it is started again"
            : " before the run was started"));
        return ExitCode.Failed;
    }

    private async Task<int?> TakeAsync(string type, FollowedRunMessage message)
    {
        switch (type)
        {
            case FollowedRunEndpoints.StartedEvent:
                _started.TrySetResult(message.Text!);
                return null;
            case FollowedRunEndpoints.OutputEvent:
                await output.WriteAsync(message.Text);
                await output.FlushAsync(CancellationToken.None);
                return null;
            case FollowedRunEndpoints.ErrorEvent:
                await errors.WriteAsync(message.Text);
                return null;
            default:
                return message.Exit;
        }
    }

    private async Task CancelAsync()
    {
        await errors.WriteLineAsync("dag: cancelling; press Ctrl-C again to end at once");
        try
        {
            var path = $"/api/v1/runs/{Uri.EscapeDataString(await _started.Task)}/cancel";
            using var response = await client.SendAsync(HttpMethod.Post, path, JsonContent.Create(new { Reason = "Cancelled at the console." }), CancellationToken.None);
        }
        catch (UsageException e)
        {
            await errors.WriteLineAsync($"dag: {e.Message}");
        }
    }
}
