using System.Text.Json;
using Dag.Workflows.Activities;

namespace Dag.Activities.Models;

/// <summary>What is known of each metric.</summary>
internal static class ModelMetricExtensions
{
    extension(ModelMetric metric)
    {
        /// <summary>Its name among a model's figures, such as <c>logLoss</c>.</summary>
        public string Key => JsonNamingPolicy.CamelCase.ConvertName(metric.ToString());

        public bool HigherIsBetter => metric is ModelMetric.R2 or ModelMetric.Accuracy or ModelMetric.F1 or ModelMetric.Auc;

        /// <summary>The metric, or the task's usual one for Auto.</summary>
        /// <exception cref="ActivityException">The metric does not suit the task.</exception>
        public ModelMetric For(ModelTask task)
        {
            var suits = metric switch
            {
                ModelMetric.Auto => true,
                ModelMetric.Rmse or ModelMetric.Mae or ModelMetric.R2 => task == ModelTask.Regression,
                ModelMetric.Auc => task == ModelTask.Binary,
                _ => task != ModelTask.Regression,
            };
            return !suits
                ? throw new ActivityException($"The metric {metric.Key} does not suit a model of the task {task}. "
                    + "Use rmse, mae or r2 for regression; logLoss, accuracy or f1 for classes; auc for two classes.")
                { Retryable = false }
                : metric != ModelMetric.Auto ? metric
                : task == ModelTask.Regression ? ModelMetric.Rmse
                : ModelMetric.LogLoss;
        }

        /// <summary>How much better the first score is, as a share of the second's size; negative when it is worse.</summary>
        public double Improvement(double score, double over)
        {
            var gain = metric.HigherIsBetter ? score - over : over - score;
            return gain == 0 ? 0 : gain / Math.Max(Math.Abs(over), 1e-12);
        }
    }
}
