using System.CommandLine;
using System.Text;
using Dag.Host.Cli;

namespace Dag.Host.Demo;

/// <summary><c>dag demo</c>: the main job on real data, live in the terminal.</summary>
internal static class DemoVerb
{
    /// <summary>Where it answers when nothing else is asked for.</summary>
    public const string DefaultUrl = "http://localhost:5000";

    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "End after the summary instead of serving on; 0 if all went well." };
        var data = new Option<string>("--data")
        {
            Description = "The demo's folder, which it empties at each start.",
            DefaultValueFactory = _ => Path.Combine("data", "demo"),
            HelpName = "DIR",
        };
        var urls = new Option<string?>("--urls") { Description = $"Where to listen; default {DefaultUrl}, or a free port when that is taken.", HelpName = "URL" };
        var command = new Command("demo", "Shows the main job on real flights: files arrive, a model learns from them, the better one becomes champion.") { once, data, urls };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new DemoOptions { Once = parsed.GetValue(once), DataFolder = parsed.GetRequiredValue(data), Urls = parsed.GetValue(urls) }, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected)
        {
            Console.OutputEncoding = Encoding.UTF8;
        }

        var terminal = DemoTerminal.OfConsole();
        try
        {
            await new DemoSession(options, terminal).RunAsync(cancellationToken);
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.Line("  Stopped before its end.");
            return ExitCode.Failed;
        }
        catch (DemoFailedException e)
        {
            terminal.Line();
            terminal.Line($"  {terminal.Bad("✘")} {e.Message}");
            return ExitCode.Failed;
        }
    }
}
