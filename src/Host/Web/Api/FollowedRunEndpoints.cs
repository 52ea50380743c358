using System.ComponentModel.DataAnnotations;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Dag.Host.Cli;
using Dag.Host.Hosting;
using Dag.Workflows.Definitions;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Publishing;
using Dag.Workflows.Running;
using Dag.Workflows.Values;
using Microsoft.AspNetCore.Mvc;

namespace Dag.Host.Web.Api;

/// <summary>
/// <c>dag run</c> for the folder that this process serves: starts the run of a definition that comes with the request, and answers with
/// what the command prints, as it comes, and its exit code. Whoever goes away leaves the run running.
/// </summary>
internal static class FollowedRunEndpoints
{
    /// <summary>The event that says the run's id.</summary>
    public const string StartedEvent = "started";

    /// <summary>The event of a text for the output.</summary>
    public const string OutputEvent = "output";

    /// <summary>The event of a text for the errors.</summary>
    public const string ErrorEvent = "error";

    /// <summary>The last event: the exit code.</summary>
    public const string ExitEvent = "exit";

    extension(IEndpointRouteBuilder routes)
    {
        public void MapFollowedRuns() => routes.MapPost("/runs", Start);
    }

    private static IResult Start(
        [FromBody] FollowedRunBody body, DagEngine engine, ManualStart manual, WorkflowPublisher publisher, CancellationToken cancellationToken)
    {
        if (!body.IsWhole)
        {
            return TypedResults.Problem("Each file needs a name and a text, each input a text, and each event a name.", statusCode: StatusCodes.Status400BadRequest);
        }

        var messages = Channel.CreateUnbounded<SseItem<FollowedRunMessage>>(new UnboundedChannelOptions { SingleReader = true });
        var output = new MessageWriter(OutputEvent, messages.Writer);
        var errors = new MessageWriter(ErrorEvent, messages.Writer);
        var session = new RunSession(engine, manual, body.ToRequest(), output, errors)
        {
            Started = id => messages.Writer.TryWrite(new(new FollowedRunMessage(id, null), StartedEvent)),
            Left = cancellationToken,
        };
        _ = ExecuteAsync();
        return TypedResults.ServerSentEvents(messages.Reader.ReadAllAsync(cancellationToken));

        async Task ExecuteAsync()
        {
            try
            {
                var exit = await RunAsync(body, session, publisher, cancellationToken);
                messages.Writer.TryWrite(new(new FollowedRunMessage(null, exit), ExitEvent));
                messages.Writer.TryComplete();
            }
            catch (Exception e) when (ExitCode.Of(e) is { } exit)
            {
                await errors.WriteLineAsync($"dag: {e.Message}");
                messages.Writer.TryWrite(new(new FollowedRunMessage(null, exit), ExitEvent));
                messages.Writer.TryComplete();
            }
            catch (Exception e)
            {
                // The web logs it, and breaks the answer off.
                messages.Writer.TryComplete(e);
            }
        }
    }

    private static async Task<int> RunAsync(FollowedRunBody body, RunSession session, WorkflowPublisher publisher, CancellationToken cancellationToken)
    {
        var definitions = new List<WorkflowDefinition>();
        foreach (var file in body.Files)
        {
            definitions.Add(await RunVerb.NamingAsync(file.Name, () => Task.FromResult(DefinitionReader.Read(Encoding.UTF8.GetBytes(file.Text)))));
        }

        await PublishAsync([.. body.Files.Zip(definitions).Skip(1)], publisher, cancellationToken);

        // A run that was started is cancelled by name only, not by going away.
        return await session.ExecuteAsync(definitions[0], CancellationToken.None);
    }

    // They may use each other, and stand in any order: what is refused is tried again for as long as another one was published.
    private static async Task PublishAsync(
        IReadOnlyList<(FollowedRunFile File, WorkflowDefinition Definition)> others, WorkflowPublisher publisher, CancellationToken cancellationToken)
    {
        while (others.Count > 0)
        {
            var refused = new List<(FollowedRunFile, WorkflowDefinition)>();
            UsageException? first = null;
            foreach (var (file, definition) in others)
            {
                try
                {
                    await RunVerb.NamingAsync(file.Name, () => publisher.PublishAsync(definition, cancellationToken));
                }
                catch (UsageException e)
                {
                    first ??= e;
                    refused.Add((file, definition));
                }
            }

            others = refused.Count < others.Count ? refused : throw first!;
        }
    }

    /// <summary>Sends each text as it is written.</summary>
    private sealed class MessageWriter(string type, ChannelWriter<SseItem<FollowedRunMessage>> messages) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(string? value) => messages.TryWrite(new(new FollowedRunMessage(value, null), type));

        public override void WriteLine(string? value) => Write(value + NewLine);

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>What <c>dag run</c> was asked to do. Public, because the generator of validation looks at public types only.</summary>
public sealed record FollowedRunBody
{
    /// <summary>The workflow to run, then those that it uses, which are published.</summary>
    [Required, MinLength(1), MaxLength(100)]
    public required IReadOnlyList<FollowedRunFile> Files { get; init; }

    /// <summary>Values for its inputs, as text.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();

    /// <summary>Events that answer it, in order.</summary>
    public IReadOnlyList<FollowedRunEvent> Events { get; init; } = [];

    /// <summary>Whether one JSON object is all that is printed. Default false.</summary>
    public bool Json { get; init; }

    /// <summary>Whether flowcharts join branches by tokens. Default false.</summary>
    public bool Tokens { get; init; }

    /// <summary>Whether nothing in it is null; what a client leaves out of a list's item is.</summary>
    internal bool IsWhole =>
        Files.All(f => f is { Name: not null, Text: not null }) && Inputs is not null && !Inputs.Values.Contains(null!) && Events is not null && Events.All(e => e is { Name: not null });

    internal RunRequest ToRequest() => new()
    {
        Files = [.. Files.Select(f => f.Name)],
        Inputs = new Dictionary<string, string>(Inputs, StringComparer.OrdinalIgnoreCase),
        Events = [.. Events.Select(e => (e.Name, ValueConverter.FromJson(e.Payload)))],
        Json = Json,
        Mode = Tokens ? FlowchartMode.Token : FlowchartMode.Counter,
        DataFolder = "",
    };

    internal static FollowedRunBody Of(RunRequest request, IReadOnlyList<FollowedRunFile> files) => new()
    {
        Files = files,
        Inputs = request.Inputs,
        Events = [.. request.Events.Select(e => new FollowedRunEvent(e.Name, JsonSerializer.SerializeToElement(e.Payload)))],
        Json = request.Json,
        Tokens = request.Mode == FlowchartMode.Token,
    };
}

/// <summary>A workflow.</summary>
/// <param name="Name">What the user calls it: its path.</param>
/// <param name="Text">Its JSON.</param>
public sealed record FollowedRunFile(string Name, string Text);

/// <summary>An event.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Payload">Any JSON.</param>
public sealed record FollowedRunEvent(string Name, JsonElement Payload);

/// <summary>Something that <c>dag run</c> prints or is.</summary>
/// <param name="Text">A text to print, or the run's id.</param>
/// <param name="Exit">The exit code.</param>
internal sealed record FollowedRunMessage(string? Text, int? Exit);
