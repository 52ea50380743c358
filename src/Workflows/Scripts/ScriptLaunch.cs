using System.ComponentModel;
using System.Diagnostics;

namespace Dag.Workflows.Scripts;

/// <summary>Finds and starts the program that evaluates scripts.</summary>
internal static class ScriptLaunch
{
    private const string InstallNode = "JavaScript needs Node.js 20 or later: install it from https://nodejs.org.";
    private const string Package = "quickjs-emscripten-core";

    /// <summary>Starts a child process: nothing of this process's environment goes with it.</summary>
    /// <exception cref="ScriptUnavailableException">It cannot be started; the message says what to install.</exception>
    public static Process Start(ScriptOptions options)
    {
        var worker = Path.Combine(AppContext.BaseDirectory, "scripts");
        var start = new ProcessStartInfo(options.NodePath)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = worker,
        };
        // The deepest recursion that QuickJS allows must fit. On Windows the stack of a process's first thread is smaller, and fixed.
        if (!OperatingSystem.IsWindows())
        {
            start.ArgumentList.Add("--stack-size=3900");
        }

        start.ArgumentList.Add("--max-old-space-size=256");
        start.ArgumentList.Add(Path.Combine(worker, "worker.mjs"));
        start.ArgumentList.Add(ModulesRoot(options));
        start.ArgumentList.Add(worker);
        start.ArgumentList.Add(options.MemoryMegabytes.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var systemRoot = Environment.GetEnvironmentVariable("SystemRoot");
        start.Environment.Clear();
        start.Environment["TZ"] = "UTC";
        if (systemRoot is not null)
        {
            start.Environment["SystemRoot"] = systemRoot;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is Win32Exception or DirectoryNotFoundException)
        {
            throw new ScriptUnavailableException(InstallNode, e);
        }
    }

    /// <summary>Refuses a Node.js that is too old.</summary>
    /// <param name="version">What it says of itself, such as <c>v20.1.0</c>.</param>
    public static void CheckVersion(string version)
    {
        if (!version.StartsWith('v') || !int.TryParse(version[1..].Split('.')[0], out var major) || major < 20)
        {
            throw new ScriptUnavailableException($"{InstallNode} Found: '{version}'.");
        }
    }

    // The folder above node_modules.
    private static string ModulesRoot(ScriptOptions options)
    {
        var given = options.ModulesFolder ?? Environment.GetEnvironmentVariable("DAG_NODE_MODULES");
        if (given is { Length: > 0 })
        {
            var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
            return Holds(folder) ? Path.GetDirectoryName(folder)!
                : throw new ScriptUnavailableException($"JavaScript needs the npm package {Package}, which '{folder}' does not hold: correct DAG_NODE_MODULES.");
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Holds(Path.Combine(folder.FullName, "node_modules")))
            {
                return folder.FullName;
            }
        }

        throw new ScriptUnavailableException(
            $"JavaScript needs the npm package {Package}: run `npm ci --ignore-scripts` in the folder of package.json, or set DAG_NODE_MODULES to a node_modules folder that holds it.");
    }

    private static bool Holds(string modules) => Directory.Exists(Path.Combine(modules, Package));
}
