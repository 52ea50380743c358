using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Models;

/// <summary>Finds the target in a table and what kind of question it poses.</summary>
internal static class TargetDetection
{
    /// <summary>More classes than this are taken for an identifier.</summary>
    public const int MaxClasses = 200;

    private const int MaxInferredClasses = 10;

    private const int RowsPerInferredClass = 10;

    /// <exception cref="ActivityException">There is no such column, or it cannot be a target of this task.</exception>
    public static TrainingTarget Detect(ModelTable table, string name, ModelTask task)
    {
        var column = table.Find(name) ?? throw Unusable(table, name);
        CheckValues(column, table.Rows);
        var decided = task == ModelTask.Auto ? Infer(column) : task;
        return decided == ModelTask.Regression ? Numbers(column) : Classes(column, decided, ClassesOf(column));
    }

    /// <summary>The target of new rows for a model that knows its classes; a class that it does not know becomes NaN.</summary>
    public static TrainingTarget Apply(ModelTable table, string name, ModelTask task, IReadOnlyList<string> classes)
    {
        var column = table.Find(name) ?? throw Unusable(table, name);
        return task == ModelTask.Regression ? Numbers(column) : Classes(column, task, classes);
    }

    private static ActivityException Unusable(ModelTable table, string name) =>
        table.Unusable.FirstOrDefault(c => c.Name == name) is { } unusable
            ? Fault($"The target '{name}' cannot be trained on: {unusable.Reason}. Convert it to a number or to text first.")
            : Fault($"The dataset has no column '{name}' for the target. {ColumnNames.Suggest(name, table.Columns.Select(c => c.Name))}");

    private static void CheckValues(ModelColumn column, int rows)
    {
        if (column.Kind == ColumnKind.Time)
        {
            throw Fault($"The target '{column.Name}' holds dates, which no model here predicts. Choose a number, a text or a boolean.");
        }

        var infinite = column.Numbers.Count(double.IsInfinity);
        if (infinite > 0)
        {
            throw Fault($"The target '{column.Name}' holds {infinite:N0} infinite values. Remove them or make them empty.");
        }

        if (Enumerable.Range(0, rows).All(column.IsMissing))
        {
            throw Fault($"The target '{column.Name}' is empty in all {rows:N0} rows. Choose a column with values.");
        }
    }

    private static ModelTask Infer(ModelColumn column)
    {
        if (column.Kind == ColumnKind.Number)
        {
            var known = column.Numbers.Where(n => !double.IsNaN(n)).ToArray();
            var distinct = known.Distinct().Take(MaxInferredClasses + 1).ToArray();
            var fewWholeNumbers = distinct.Length <= MaxInferredClasses && distinct.All(double.IsInteger)
                && known.Length >= RowsPerInferredClass * distinct.Length;
            return distinct.Length == 2 ? ModelTask.Binary
                : fewWholeNumbers && distinct.Length > 1 ? ModelTask.Multiclass
                : ModelTask.Regression;
        }

        return ClassesOf(column).Count == 2 ? ModelTask.Binary : ModelTask.Multiclass;
    }

    private static TrainingTarget Numbers(ModelColumn column)
    {
        if (column.Kind == ColumnKind.Text)
        {
            var example = column.Texts.FirstOrDefault(t => double.IsNaN(ModelColumn.OfTexts("", [t]).As(ColumnKind.Number).Numbers[0]));
            throw Fault(
                $"The target '{column.Name}' holds text{(example is null ? "" : $" such as '{example}'")}, and regression needs numbers. "
                + "Convert the column, or set the task to binary or multiclass.");
        }

        return new TrainingTarget(column.Name, ModelTask.Regression, column.Numbers, [], column.Numbers.Count(double.IsNaN));
    }

    private static TrainingTarget Classes(ModelColumn column, ModelTask task, IReadOnlyList<string> classes)
    {
        CheckClasses(column, task, classes);
        var index = classes.Select((label, i) => (label, i)).ToDictionary(p => p.label, p => (double)p.i, StringComparer.Ordinal);
        var values = column.Kind == ColumnKind.Text
            ? ByCode(column, index)
            : ByNumber(column, index);
        var missing = Enumerable.Range(0, values.Length).Count(column.IsMissing);
        return new TrainingTarget(column.Name, classes.Count == 2 ? ModelTask.Binary : ModelTask.Multiclass, values, classes, missing);
    }

    private static void CheckClasses(ModelColumn column, ModelTask task, IReadOnlyList<string> classes)
    {
        if (classes.Count < 2)
        {
            throw Fault($"The target '{column.Name}' has one class only ('{classes[0]}'), so there is nothing to tell apart. "
                + "Choose another target or add rows of another class.");
        }

        if (task == ModelTask.Binary && classes.Count != 2)
        {
            throw Fault($"The target '{column.Name}' has {classes.Count:N0} classes, and the task binary needs two. "
                + "Set the task to multiclass or auto.");
        }

        if (classes.Count > MaxClasses)
        {
            throw Fault($"The target '{column.Name}' has {classes.Count:N0} classes, more than {MaxClasses}. It looks like an identifier "
                + "or a measurement: choose another target, or set the task to regression if it is a number.");
        }
    }

    private static double[] ByCode(ModelColumn column, Dictionary<string, double> index)
    {
        var byCode = Array.ConvertAll(column.Texts, text => index.GetValueOrDefault(text, double.NaN));
        return Array.ConvertAll(column.Codes, code => code < 0 ? double.NaN : byCode[code]);
    }

    private static double[] ByNumber(ModelColumn column, Dictionary<string, double> index)
    {
        var byNumber = new Dictionary<double, double>();
        return Array.ConvertAll(column.Numbers, number =>
        {
            if (!double.IsNaN(number) && !byNumber.ContainsKey(number))
            {
                byNumber[number] = index.GetValueOrDefault(ClassLabel.Of(number, column.Kind), double.NaN);
            }

            return double.IsNaN(number) ? double.NaN : byNumber[number];
        });
    }

    private static List<string> ClassesOf(ModelColumn column) => column.Kind == ColumnKind.Text
        ? [.. column.Codes.Where(c => c >= 0).Distinct().Select(c => column.Texts[c]).Order(StringComparer.Ordinal)]
        : [.. column.Numbers.Where(n => !double.IsNaN(n)).Distinct().Order().Select(n => ClassLabel.Of(n, column.Kind))];

    private static ActivityException Fault(string message) => new(message) { Retryable = false };
}
