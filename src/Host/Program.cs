using Dag.Activities.Models;
using Dag.Host.Cli;

if (args is [XgboostWorker.Verb])
{
    return XgboostWorker.Run(Console.OpenStandardInput(), Console.OpenStandardOutput());
}

return await DagCommand.RunAsync(args);
