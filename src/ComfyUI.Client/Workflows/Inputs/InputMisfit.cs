namespace ComfyUI.Client;

/// <summary>Why a value does not fit an input.</summary>
/// <param name="Type">The server's type of the error, such as <c>value_not_in_list</c>.</param>
/// <param name="Reason">The reason in words, such as <c>it is not a whole number</c>.</param>
internal sealed record InputMisfit(string Type, string Reason)
{
    /// <summary>Whether an error of this type may be one no more with a newer catalogue: choices and limits change, what a number is does not.</summary>
    internal static bool GoesByCatalogue(string type)
        => type is WorkflowValidator.MissingChoice or WorkflowValidator.TooSmall or WorkflowValidator.TooLarge;
}
