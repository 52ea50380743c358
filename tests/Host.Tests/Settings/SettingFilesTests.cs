using Dag.Host.Hosting;
using Dag.Host.Settings;
using Dag.Host.Tests.Cli;

namespace Dag.Host.Tests.Settings;

public sealed class SettingFilesTests : IDisposable
{
    private readonly TempFolder _working = new();
    private readonly TempFolder _data = new();
    private readonly TempFolder _program = new();

    public void Dispose()
    {
        _working.Dispose();
        _data.Dispose();
        _program.Dispose();
    }

    [Fact]
    public void The_data_folder_comes_before_the_working_folder_and_that_before_profiles()
    {
        _data.Write(".env", "A=data");
        _working.Write(".env", "A=working\nB=working\nDAG_MEMORY_MB=100");
        _working.Write("appsettings.Production.json", """{ "DAG_MEMORY_MB": 200, "DAG_UPLOAD_DAYS": 7 }""");
        _program.Write("appsettings.Production.json", """{ "DAG_UPLOAD_DAYS": 8, "DAG_LOG_DAYS": 9 }""");
        var read = Files().Read();
        Assert.Equal(
            ["A=data", "B=working", "DAG_LOG_DAYS=9", "DAG_MEMORY_MB=100", "DAG_UPLOAD_DAYS=7"], read.Select(r => $"{r.Key}={r.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_profile_is_named_on_the_command_line_or_in_the_files_and_must_be_there()
    {
        _working.Write("appsettings.Mine.json", """{ "DAG_LOG_LEVEL": "Warning" }""");
        Assert.Equal("Warning", (Files() with { Profile = "Mine" }).Read()["DAG_LOG_LEVEL"]);
        _working.Write(".env", "DAG_PROFILE=Mine");
        Assert.Equal("Warning", Files().Read()["DAG_LOG_LEVEL"]);
        Assert.Contains("There is no profile Other", Assert.Throws<UsageException>(() => (Files() with { Profile = "Other" }).Read()).Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => (Files() with { Profile = "../../etc" }).Read());
    }

    [Fact]
    public void Every_fault_is_named_with_file_and_line_and_without_values()
    {
        _data.Write(".env", "GOOD=1\nhush hush\n\nOPEN=\"hush");
        _working.Write("appsettings.Production.json", """{ "DAG_MEMROY_MB": 1, "DAG_API_KEY": "hush", "DAG_LOG_DAYS": [1] }""");
        _program.Write("appsettings.Production.json", "{ hush");
        var message = Assert.Throws<UsageException>(() => Files().Read()).Message;
        var lines = message.Split(Environment.NewLine);
        Assert.Equal(6, lines.Length);
        Assert.Contains("line 2, is not NAME=VALUE", lines[0], StringComparison.Ordinal);
        Assert.Contains("line 4: the quotation of OPEN", lines[1], StringComparison.Ordinal);
        Assert.Contains("DAG_MEMROY_MB is no setting", lines[2], StringComparison.Ordinal);
        Assert.Contains("DAG_API_KEY is secret", lines[3], StringComparison.Ordinal);
        Assert.Contains("DAG_LOG_DAYS must be a text or a number", lines[4], StringComparison.Ordinal);
        Assert.DoesNotContain("hush hush", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A=b", "b")]
    [InlineData("export A = b c  # comment", "b c")]
    [InlineData("A=a#b", "a#b")]
    [InlineData("A=", "")]
    [InlineData("A=#b", "")]
    [InlineData("""A="x # \"y\" \n$z" # comment""", "x # \"y\" \n$z")]
    [InlineData("""A='x "y" \n # z'""", """x "y" \n # z""")]
    [InlineData("\uFEFFA=b=c\r\n", "b=c")]
    [InlineData("# A=no\n\nA=Host=h;Password=p\n", "Host=h;Password=p")]
    public void Values_are_read_as_they_are_in_env_files(string text, string expected)
    {
        var faults = new List<string>();
        Assert.Equal(expected, EnvFile.Read(".env", text, faults)["A"]);
        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Test")]
    [InlineData("Production")]
    public void The_profiles_that_come_with_the_program_can_be_read(string profile) =>
        Assert.NotEmpty(new SettingFiles { Profile = profile, WorkingFolder = _working.Path }.Read());

    [Fact]
    public void Every_setting_is_documented()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Dag.sln")))
        {
            folder = folder.Parent;
        }

        var page = File.ReadAllText(Path.Combine(folder.FullName, "docs", "settings.md"));
        Assert.All(SettingNames.OfProfiles, name => Assert.Contains($"| `{name}` |", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Three_wrong_settings_are_three_lines_and_the_environment_outranks_files()
    {
        _data.Write(".env", "DAG_MEMORY_MB=much\nDAG_UPLOAD_DAYS=0\n");
        string[] serve = ["serve", "--data", _data.Path, "--urls", "nonsense"];
        using (var wrong = DagProcess.Start(serve))
        {
            Assert.Equal(2, await wrong.ExitAsync());
            var lines = wrong.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(3, lines.Length);
            Assert.StartsWith("dag: --urls nonsense", lines[0], StringComparison.Ordinal);
            Assert.StartsWith("DAG_MEMORY_MB", lines[1], StringComparison.Ordinal);
            Assert.StartsWith("DAG_UPLOAD_DAYS", lines[2], StringComparison.Ordinal);
        }

        var environment = new Dictionary<string, string> { ["DAG_MEMORY_MB"] = "128" };
        using var better = DagProcess.Start(environment, serve);
        Assert.Equal(2, await better.ExitAsync());
        Assert.DoesNotContain("DAG_MEMORY_MB", better.Errors, StringComparison.Ordinal);
    }

    private SettingFiles Files() => new() { DataFolder = _data.Path, WorkingFolder = _working.Path, ProgramFolder = _program.Path };
}
