namespace Dag.Activities.Models;

/// <summary>The target of a training, ready for arithmetic.</summary>
/// <param name="Name">The column.</param>
/// <param name="Task">Regression, Binary or Multiclass.</param>
/// <param name="Values">
/// For each row of the table the number, or the index of the class; NaN where it is missing or of an unknown class.
/// </param>
/// <param name="Classes">The labels of the classes, sorted; empty for regression. Of two, the second is the positive one.</param>
/// <param name="Missing">Rows without a target, which take no part.</param>
internal sealed record TrainingTarget(string Name, ModelTask Task, double[] Values, IReadOnlyList<string> Classes, int Missing)
{
    /// <summary>Numbers that a model gives for a row: one for regression, a probability for each class otherwise.</summary>
    public int Outputs => Task == ModelTask.Regression ? 1 : Classes.Count;

    /// <summary>The rows that have a target.</summary>
    public int[] KnownRows()
    {
        var rows = new List<int>(Values.Length);
        for (var row = 0; row < Values.Length; row++)
        {
            if (!double.IsNaN(Values[row]))
            {
                rows.Add(row);
            }
        }

        return [.. rows];
    }
}
