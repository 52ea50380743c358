using System.Reflection;

namespace Dag.Host.Hosting;

/// <summary>How this program is started again as a child process, also when a test hosts it in a process of its own.</summary>
internal static class OwnCommand
{
    /// <summary>The command line of a verb, program first.</summary>
    public static IReadOnlyList<string> Of(string verb)
    {
        var own = typeof(OwnCommand).Assembly;
        var process = Environment.ProcessPath;
        var startedByDotnet = Path.GetFileNameWithoutExtension(process) == "dotnet";
        if (process is not null && !startedByDotnet && Assembly.GetEntryAssembly() == own)
        {
            return [process, verb];
        }

        var dotnet = startedByDotnet ? process : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH");
        return [dotnet ?? "dotnet", own.Location, verb];
    }
}
