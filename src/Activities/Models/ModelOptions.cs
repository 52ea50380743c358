using System.ComponentModel.DataAnnotations;

namespace Dag.Activities.Models;

/// <summary>Where models are kept and how they are trained.</summary>
public sealed class ModelOptions
{
    /// <summary>
    /// The folder of the registry; default <c>models</c> in the working folder; the service sets it to <c>models</c> in its data folder.
    /// </summary>
    [Required]
    public string Folder { get; set; } = "models";

    /// <summary>
    /// The command that starts the child process of XGBoost, program first; default: this executable with the verb
    /// <c>xgboost-worker</c>, which must call <see cref="XgboostWorker.Run"/>.
    /// </summary>
    public IReadOnlyList<string>? WorkerCommand { get; set; }

    /// <summary>Threads of one training in XGBoost; default: the processors, at most 4. More spin against each other.</summary>
    [Range(1, 256)]
    public int Threads { get; set; } = Math.Min(4, Environment.ProcessorCount);

    /// <summary>The longest that one training of XGBoost may take; default 1 hour.</summary>
    public TimeSpan TrainingTimeout { get; set; } = TimeSpan.FromHours(1);
}
