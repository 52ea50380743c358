using Dag.Host.Data;
using Dag.Host.Hosting;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.Storage;

namespace Dag.Host.WorkflowFiles;

/// <summary>The workflows of a data folder that nobody serves.</summary>
internal sealed class StoredDefinitions : IDefinitionSource
{
    private const int PageSize = 500;

    private readonly DataFolder _folder;
    private readonly ServiceProvider _services;
    private readonly string? _workflowFolder;

    private StoredDefinitions(DataFolder folder, ServiceProvider services, string? workflowFolder)
    {
        _folder = folder;
        _services = services;
        _workflowFolder = workflowFolder;
    }

    private IDefinitionStore Store => _services.GetRequiredService<IDefinitionStore>();

    /// <summary>Takes the data folder, and brings its database up to date.</summary>
    /// <exception cref="UsageException">It holds nothing, or settings are wrong.</exception>
    /// <exception cref="DataFolderException">A process uses it.</exception>
    public static async Task<StoredDefinitions> OpenAsync(string dataFolder, CancellationToken cancellationToken)
    {
        var environment = DagHostOptions.FromEnvironment(dataFolder).Validated();
        if (environment.ConnectionString is null && !File.Exists(Path.Combine(dataFolder, StorageOptions.SqliteFile)))
        {
            throw new UsageException($"The folder {Path.GetFullPath(dataFolder)} holds no data of the service: name its data folder with --data.");
        }

        var folder = await DataFolder.OpenAsync(dataFolder, TimeProvider.System, cancellationToken);
        var options = environment with { DataFolder = folder.Path, Console = Verbosity.Problems };
        var services = new ServiceCollection().AddDag(options).AddDagLogging(options).BuildServiceProvider();
        var source = new StoredDefinitions(folder, services, environment.WorkflowFolder);
        try
        {
            await services.GetRequiredService<MetadataDatabase>().MigrateAsync([.. services.GetServices<MigrationSource>()], cancellationToken);
            return source;
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    public Task<string?> FolderAsync(CancellationToken cancellationToken) => Task.FromResult(_workflowFolder);

    public async Task<IReadOnlyList<string>> ListAsync(VersionSelector versions, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        DefinitionPage page;
        do
        {
            page = await Store.ListAsync(new DefinitionFilter { Versions = versions, Skip = ids.Count, Take = PageSize }, cancellationToken);
            ids.AddRange(page.Definitions.Select(d => d.DefinitionId));
        }
        while (page.Definitions.Count == PageSize);
        return ids;
    }

    public async Task<WorkflowDefinition?> FindAsync(string definitionId, VersionSelector versions, CancellationToken cancellationToken) =>
        await Store.FindAsync(definitionId, versions, cancellationToken) is { } stored ? DefinitionReader.Read(stored.Json) : null;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }
}
