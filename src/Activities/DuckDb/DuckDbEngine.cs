using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;

namespace Dag.Activities.DuckDb;

/// <summary>Opens databases with the memory, threads and spill folder of the options. Safe to share between threads.</summary>
public sealed class DuckDbEngine
{
    private readonly DuckDbOptions _options;
    private readonly List<WeakReference<DatabaseHandle>> _opened = [];

    /// <summary>Takes the options.</summary>
    /// <exception cref="ValidationException">A value is out of range; the message names it.</exception>
    public DuckDbEngine(DuckDbOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        _options = options;
    }

    /// <summary>The version of the library, such as <c>v1.5.6</c>.</summary>
    public static unsafe string Version
    {
        get
        {
            DuckDbLibrary.EnsureLoaded();
            return Marshal.PtrToStringUTF8((nint)NativeMethods.duckdb_library_version())!;
        }
    }

    /// <summary>
    /// Opens a database and a first connection to it; the database closes with its last connection. Extensions are never downloaded or
    /// loaded, and SQL cannot change settings that weaken the database.
    /// </summary>
    /// <exception cref="DuckDbException">The library is missing, or the file cannot be opened.</exception>
    public DuckDbConnection Open(DuckDbSettings? settings = null)
    {
        settings ??= new DuckDbSettings();
        DuckDbLibrary.EnsureLoaded();
        var spillFolder = Path.Combine(Path.GetFullPath(_options.SpillFolder), Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(_options.SpillFolder);
        using var database = OpenDatabase(settings, spillFolder);
        lock (_opened)
        {
            _opened.RemoveAll(r => !r.TryGetTarget(out var opened) || opened.IsClosed);
            _opened.Add(new WeakReference<DatabaseHandle>(database));
        }

        return new DuckDbConnection(database, settings);
    }

    /// <summary>The databases that are open now.</summary>
    internal IReadOnlyList<DatabaseHandle> OpenDatabases()
    {
        lock (_opened)
        {
            return [.. _opened.Select(r => r.TryGetTarget(out var opened) ? opened : null).OfType<DatabaseHandle>().Where(d => !d.IsClosed)];
        }
    }

    private unsafe DatabaseHandle OpenDatabase(DuckDbSettings settings, string spillFolder)
    {
        if (NativeMethods.duckdb_create_config(out var config) != 0)
        {
            throw new DuckDbException("The data engine could not make its configuration: the process is out of memory.");
        }

        try
        {
            foreach (var (name, value) in Configuration(settings, spillFolder))
            {
                if (NativeMethods.duckdb_set_config(config, name, value) != 0)
                {
                    throw new DuckDbException($"The data engine does not accept {value} as its setting {name}.");
                }
            }

            var state = NativeMethods.duckdb_open_ext(settings.Path, out var handle, config, out var error);
            if (state != 0)
            {
                var message = Marshal.PtrToStringUTF8((nint)error) ?? "The data engine could not open the database.";
                NativeMethods.duckdb_free(error);
                throw new DuckDbException(message, DuckDbErrorKind.IO);
            }

            return new DatabaseHandle(handle, spillFolder);
        }
        finally
        {
            NativeMethods.duckdb_destroy_config(ref config);
        }
    }

    private IEnumerable<(string Name, string Value)> Configuration(DuckDbSettings settings, string spillFolder)
    {
        yield return ("memory_limit", $"{settings.MemoryLimitMegabytes ?? _options.MemoryLimitMegabytes}MiB");
        yield return ("threads", $"{settings.Threads ?? _options.Threads}");
        yield return ("temp_directory", spillFolder);
        if (_options.SpillLimitMegabytes is { } limit)
        {
            yield return ("max_temp_directory_size", $"{limit}MiB");
        }

        yield return ("preserve_insertion_order", settings.PreserveInsertionOrder ? "true" : "false");
        yield return ("autoinstall_known_extensions", "false");
        yield return ("autoload_known_extensions", "false");
        yield return ("allow_community_extensions", "false");
    }
}
