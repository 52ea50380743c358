using System.Diagnostics.CodeAnalysis;
using Dag.Workflows.Tests.Kill;

namespace Dag.Workflows.Tests;

/// <summary>Runs the tests, or plays the service that one of them kills again and again.</summary>
[ExcludeFromCodeCoverage]
internal static class Program
{
    public static async Task<int> Main(string[] args) => args switch
    {
        [KillService.Verb, var options] => await KillService.RunAsync(KillOptions.Parse(options)),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
            await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
                args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
    };
}
