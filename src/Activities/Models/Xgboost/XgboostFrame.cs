namespace Dag.Activities.Models;

/// <summary>What a message from the child to the parent is: one byte, the length in four bytes, the content.</summary>
internal enum XgboostFrame : byte
{
    /// <summary>The library is loaded; no content.</summary>
    Ready = 1,

    /// <summary>The library is not installed; no content.</summary>
    Unavailable = 2,

    /// <summary>A round is done; its number, from 1, in four bytes.</summary>
    Round = 3,

    /// <summary>The model as JSON: the end.</summary>
    Model = 4,

    /// <summary>What XGBoost says is wrong, in UTF-8: the end.</summary>
    Fault = 5,
}
