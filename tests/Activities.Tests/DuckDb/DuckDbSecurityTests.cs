using Dag.Activities.DuckDb;

namespace Dag.Activities.Tests.DuckDb;

public sealed class DuckDbSecurityTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly DuckDbEngine _engine = new(new DuckDbOptions());

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("SET memory_limit = '100GB'")]
    [InlineData("SET autoinstall_known_extensions = true")]
    [InlineData("SET lock_configuration = false")]
    [InlineData("RESET memory_limit")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD httpfs")]
    [InlineData("SELECT * FROM read_csv('https://127.0.0.1:1/x.csv')")]
    public void Sql_cannot_weaken_the_database_or_load_extensions(string sql)
    {
        using var connection = _engine.Open();

        Assert.Throws<DuckDbException>(() => connection.Execute(sql));
    }

    [Fact]
    public void With_allowed_folders_sql_reads_and_writes_there_and_nowhere_else()
    {
        var inside = Directory.CreateDirectory(_folder.File("in 'side")).FullName;
        File.WriteAllText(Path.Combine(inside, "a.csv"), "x\n1\n");
        var outside = _folder.Write("b.csv", "x\n2\n");
        using var connection = _engine.Open(new DuckDbSettings { AllowedFolders = [inside] });

        Assert.Equal(1L, connection.Scalar($"SELECT x FROM read_csv({DuckDbSql.Literal(Path.Combine(inside, "a.csv"))})"));
        foreach (var sql in new[]
        {
            $"SELECT * FROM read_csv({DuckDbSql.Literal(outside)})",
            $"SELECT * FROM read_csv({DuckDbSql.Literal(Path.Combine(inside, "..", "b.csv"))})",
            $"COPY (SELECT 1) TO {DuckDbSql.Literal(_folder.File("c.csv"))}",
            $"ATTACH {DuckDbSql.Literal(_folder.File("d.duckdb"))}",
            "SELECT * FROM read_text('/etc/passwd')",
        })
        {
            Assert.Equal(DuckDbErrorKind.Permission, Assert.Throws<DuckDbException>(() => connection.Execute(sql)).Kind);
        }
    }

    [Theory]
    [InlineData("it's.csv")]
    [InlineData("a') ; DROP TABLE t; --.csv")]
    [InlineData("star * and ? and [x] .csv")]
    [InlineData("quote \" back \\ slash.csv")]
    public void A_path_names_one_file_whatever_its_characters(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        _folder.Write(name, "x\n7\n");
        _folder.Write("star Y and Z and x .csv", "x\n1\n");
        using var connection = _engine.Open();

        Assert.Equal(7L, connection.Scalar($"SELECT sum(x) FROM read_csv({DuckDbSql.FilePath(_folder.File(name))})"));
    }

    [Fact]
    public void Identifiers_and_texts_are_quoted()
    {
        using var connection = _engine.Open();
        using var result = connection.Query($"SELECT {DuckDbSql.Literal("it's")} AS {DuckDbSql.Identifier("a \"b\"")}");
        Assert.True(result.NextChunk());

        Assert.Equal("a \"b\"", result.Columns[0].Name);
        Assert.Equal("it's", result.Vector(0).GetString(0));
        Assert.Throws<ArgumentException>(() => DuckDbSql.Literal("a\0b"));
    }

    [Theory]
    [InlineData(1, 1, "MemoryLimitMegabytes")]
    [InlineData(512, 0, "Threads")]
    public void Options_out_of_range_are_named(int memory, int threads, string name)
    {
        var options = new DuckDbOptions { MemoryLimitMegabytes = memory, Threads = threads };

        Assert.Contains(name, Assert.Throws<System.ComponentModel.DataAnnotations.ValidationException>(() => new DuckDbEngine(options)).Message);
    }
}
