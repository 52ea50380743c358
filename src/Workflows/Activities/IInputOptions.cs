namespace Dag.Workflows.Activities;

/// <summary>Knows the values that an input may have right now, such as the datasets that exist; the designer asks when it shows the input.</summary>
public interface IInputOptions
{
    /// <summary>The name by which <see cref="InputAttribute.OptionsFrom"/> refers to it.</summary>
    string Name { get; }

    /// <summary>The values, in the order to show them in.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken);
}
