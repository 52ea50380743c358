using System.Reflection;

namespace Dag.Tests;

/// <summary>
/// Where the programs lie that tests start as child processes. While coverage is measured they are started from a copy: what is
/// instrumented writes its counts when it exits, and a child that is killed in the middle of that would spoil them for all others.
/// </summary>
public static class TestPrograms
{
    public static string Folder(Assembly tests) =>
        Environment.GetEnvironmentVariable("DAG_TEST_PROGRAMS") is { Length: > 0 } copies
            ? Path.Combine(copies, tests.GetName().Name!["Dag.".Length..])
            : AppContext.BaseDirectory;
}
