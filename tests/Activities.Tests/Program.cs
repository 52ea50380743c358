using System.Diagnostics.CodeAnalysis;
using Dag.Activities.Models;
using Dag.Activities.Tests.Models;

namespace Dag.Activities.Tests;

/// <summary>
/// Runs the tests, or plays the child process of XGBoost, as the service's executable does under the same verb.
/// </summary>
[ExcludeFromCodeCoverage]
internal static class Program
{
    public static async Task<int> Main(string[] args) => args switch
    {
        [XgboostWorker.Verb] => XgboostWorker.Run(Console.OpenStandardInput(), Console.OpenStandardOutput()),
        [WorkerThat.Verb, var habit] => WorkerThat.Run(habit),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
            await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
                args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
    };
}
