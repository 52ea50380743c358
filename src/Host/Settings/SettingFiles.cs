using Dag.Host.Hosting;

namespace Dag.Host.Settings;

/// <summary>
/// What is not said on the command line or by the environment is said, the first that says it counting, by <c>.env</c> in the data folder,
/// <c>.env</c> in the working folder, the profile's file in the working folder, and the one that comes with the program.
/// </summary>
internal sealed record SettingFiles
{
    /// <summary>The environment variable that names the profile.</summary>
    public const string ProfileVariable = "DAG_PROFILE";

    /// <summary>The profile when none is named.</summary>
    public const string DefaultProfile = "Production";

    private const string EnvName = ".env";

    /// <summary>The profile that was named; null for <see cref="DefaultProfile"/>.</summary>
    public string? Profile { get; init; }

    /// <summary>The data folder; null for a command that has none.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Where the user stands.</summary>
    public string WorkingFolder { get; init; } = Environment.CurrentDirectory;

    /// <summary>Where the program is.</summary>
    public string ProgramFolder { get; init; } = AppContext.BaseDirectory;

    /// <summary>Sets the environment variables that the files say and that are not set; processes that this one starts have them too.</summary>
    /// <exception cref="UsageException">A file cannot be used; every fault is named.</exception>
    public void Apply()
    {
        foreach (var (name, value) in Read())
        {
            if (string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(name)))
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }

    /// <summary>What the files say.</summary>
    /// <exception cref="UsageException">A file cannot be used; every fault is named.</exception>
    public IReadOnlyDictionary<string, string> Read()
    {
        var faults = new List<string>();
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in new[] { DataFolder, WorkingFolder }.OfType<string>().Select(Path.GetFullPath).Distinct())
        {
            Add(Path.Combine(folder, EnvName), EnvFile.Read);
        }

        var profile = Profile ?? values.GetValueOrDefault(ProfileVariable) ?? DefaultProfile;
        if (profile.Length == 0 || !profile.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new UsageException($"'{profile}' cannot be the name of a profile: use letters, digits, '-' and '_'.");
        }

        var name = ProfileFile.NameOf(profile);
        var found = Add(Path.Combine(WorkingFolder, name), ProfileFile.Read) | Add(Path.Combine(ProgramFolder, name), ProfileFile.Read);
        if (!found && profile != DefaultProfile)
        {
            faults.Add($"There is no profile {profile}: write {Path.Combine(WorkingFolder, name)}, or use Development, Test or Production.");
        }

        return faults.Count == 0 ? values : throw new UsageException(string.Join(Environment.NewLine, faults));

        bool Add(string file, Func<string, string, ICollection<string>, IReadOnlyDictionary<string, string>> read)
        {
            if (!File.Exists(file))
            {
                return false;
            }

            try
            {
                foreach (var (key, value) in read(file, File.ReadAllText(file), faults))
                {
                    values.TryAdd(key, value);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                faults.Add($"{file} cannot be read: {e.Message}");
            }

            return true;
        }
    }
}
