using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Dag.Workflows.Activities;
using Dag.Workflows.Values;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Workflows.Running;

/// <summary>Makes instances of activity classes: services into the constructor, values into inputs, everything validated.</summary>
internal sealed class ActivityBinder(IServiceProvider services, SecretMask mask)
{
    private readonly ConcurrentDictionary<Type, Binding> _bindings = new();

    /// <summary>A new instance with its inputs set.</summary>
    /// <exception cref="ActivityException">An input is missing or wrong; every fault is listed.</exception>
    public object Create(ActivityDescriptor descriptor, IReadOnlyDictionary<string, object?> inputs)
    {
        var binding = _bindings.GetOrAdd(descriptor.Implementation, static type => new Binding(type));
        var instance = binding.Factory(services, null);
        var faults = new List<string>();
        foreach (var (name, value) in inputs)
        {
            if (binding.Inputs.TryGetValue(name, out var property))
            {
                Set(instance, property, value, binding.Sensitive.Contains(property), faults);
            }
        }

        if (binding.Validates)
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(instance, new ValidationContext(instance), results, validateAllProperties: true);
            faults.AddRange(results.Select(r => r.ErrorMessage ?? "A value is wrong."));
        }

        return faults.Count == 0 ? instance : throw new ActivityException(string.Join(" ", faults)) { Retryable = false };
    }

    /// <summary>The outputs of an instance that has executed, by name.</summary>
    public Dictionary<string, object?> Outputs(object instance)
    {
        var outputs = new Dictionary<string, object?>();
        foreach (var property in _bindings[instance.GetType()].Outputs)
        {
            outputs[property.Name] = property.GetValue(instance);
        }

        return outputs;
    }

    private void Set(object instance, PropertyInfo property, object? value, bool isSensitive, List<string> faults)
    {
        // Nothing given means the default, which the new instance already has.
        if (value is null or "" && property.PropertyType != typeof(string))
        {
            return;
        }

        try
        {
            var converted = ValueConverter.Convert(Secrets.Resolve(value, mask), property.PropertyType);
            property.SetValue(instance, isSensitive && !Secrets.IsReference(value) ? Secrets.ResolveWithin(converted, mask) : converted);
        }
        catch (FormatException e)
        {
            // What the value of a secret is like is not told.
            faults.Add(Secrets.IsReference(value) ? $"Input '{property.Name}': {value} holds what it cannot use." : $"Input '{property.Name}': {e.Message}");
        }
        catch (SecretException e)
        {
            faults.Add($"Input '{property.Name}': {e.Message}");
        }
    }

    private sealed class Binding(Type type)
    {
        /// <summary>Whether there is anything to validate; looking costs more than a small activity itself.</summary>
        public bool Validates { get; } = typeof(IValidatableObject).IsAssignableFrom(type)
            || type.IsDefined(typeof(ValidationAttribute), inherit: true)
            || type.GetProperties().Any(p => p.IsDefined(typeof(ValidationAttribute), inherit: true));

        public ObjectFactory Factory { get; } = ActivatorUtilities.CreateFactory(type, []);

        public Dictionary<string, PropertyInfo> Inputs { get; } = type.GetProperties()
            .Where(p => p.GetCustomAttribute<InputAttribute>() is not null)
            .ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);

        public HashSet<PropertyInfo> Sensitive { get; } = [.. type.GetProperties().Where(p => p.GetCustomAttribute<InputAttribute>() is { Sensitive: true })];

        public PropertyInfo[] Outputs { get; } = [.. type.GetProperties().Where(p => p.GetCustomAttribute<OutputAttribute>() is not null)];
    }
}
