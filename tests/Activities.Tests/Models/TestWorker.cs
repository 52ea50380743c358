using Dag.Activities.Models;
using Dag.Tests;

namespace Dag.Activities.Tests.Models;

/// <summary>The test program as the child process of XGBoost.</summary>
internal static class TestWorker
{
    /// <summary>Options that start the real worker, or one with a bad habit.</summary>
    public static ModelOptions Options(string? habit = null) => new()
    {
        WorkerCommand = [Program, .. habit is null ? (string[])[XgboostWorker.Verb] : [WorkerThat.Verb, habit]],
        Threads = 2,
    };

    private static string Program =>
        Path.Combine(TestPrograms.Folder(typeof(TestWorker).Assembly), "Dag.Activities.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
}
