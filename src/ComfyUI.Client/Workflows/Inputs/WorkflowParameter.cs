using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace ComfyUI.Client;

/// <summary>A parameter that a workflow is given for the inputs that a person would vary: a name, and what it sets.</summary>
/// <param name="Name">The parameter's name, such as <c>PositivePrompt</c>.</param>
/// <param name="Inputs">The inputs it sets: one, or several that an App shows as one.</param>
internal sealed record WorkflowParameter(string Name, IReadOnlyList<ComfyUIWorkflowInput> Inputs)
{
    /// <summary>The input that stands for all: they hold the same.</summary>
    internal ComfyUIWorkflowInput First => Inputs[0];

    /// <summary>Whether it takes a file, and so the path of one on this machine.</summary>
    internal bool TakesFile => First.UploadKind is not null
        || First.Role is ComfyUIInputRole.Image or ComfyUIInputRole.Mask or ComfyUIInputRole.Video or ComfyUIInputRole.Audio;

    /// <summary>
    /// The same parameter, with what the server takes now. Name, inputs and what they are for stay, whatever another catalogue makes of them:
    /// the user's values are bound to them.
    /// </summary>
    /// <param name="inputs">The workflow's inputs by the newer catalogue. What is not among them stays as it was.</param>
    internal WorkflowParameter Renewed(IReadOnlyList<ComfyUIWorkflowInput> inputs) => this with
    {
        Inputs =
        [
            .. Inputs.Select(input => inputs.FirstOrDefault(other => other.Key == input.Key) is not { } newer ? input : input with
            {
                Type = newer.Type,
                IsTypeKnown = newer.IsTypeKnown,
                Choices = newer.Choices,
                HasOnlyChoices = newer.HasOnlyChoices,
                Minimum = newer.Minimum,
                Maximum = newer.Maximum,
            }),
        ],
    };

    /// <summary>Chooses the parameters of a workflow: what its App declares, else what a person would vary.</summary>
    /// <param name="inputs">The workflow's inputs.</param>
    /// <param name="reserved">Names that are taken, in whatever case.</param>
    internal static IReadOnlyList<WorkflowParameter> Choose(IReadOnlyList<ComfyUIWorkflowInput> inputs, IEnumerable<string> reserved)
    {
        var taken = new HashSet<string>(reserved, StringComparer.OrdinalIgnoreCase);
        bool isApp = inputs.Any(input => input.IsAppInput);
        return isApp ? ForApp(inputs, taken) : ByRole(inputs, taken);
    }

    // Seeds have a parameter of their own for every workflow.
    private static List<WorkflowParameter> ForApp(IReadOnlyList<ComfyUIWorkflowInput> inputs, HashSet<string> taken)
    {
        var parameters = new List<WorkflowParameter>();
        IEnumerable<IGrouping<int?, ComfyUIWorkflowInput>> shown = inputs
            .Where(input => input.IsAppInput && input.Role != ComfyUIInputRole.Seed)
            .GroupBy(input => input.AppOrder)
            .OrderBy(group => group.Key);
        foreach (IGrouping<int?, ComfyUIWorkflowInput> group in shown)
        {
            ComfyUIWorkflowInput first = group.First();
            string plain = ToName(first.DisplayName.Length > 0 ? first.DisplayName : first.Name);
            string name = Free(taken, plain, ToName(first.NodeTitle) + plain);
            parameters.Add(new WorkflowParameter(name, [.. group]));
        }

        return parameters;
    }

    private static List<WorkflowParameter> ByRole(IReadOnlyList<ComfyUIWorkflowInput> inputs, HashSet<string> taken)
    {
        var parameters = new List<WorkflowParameter>();
        IEnumerable<IGrouping<ComfyUIInputRole, ComfyUIWorkflowInput>> roles = inputs
            .Where(input => input.IsPresent && input.IsWidget && !input.IsLinked && input.Role is not (ComfyUIInputRole.None or ComfyUIInputRole.Seed))
            .GroupBy(input => input.Role);
        foreach (IGrouping<ComfyUIInputRole, ComfyUIWorkflowInput> role in roles)
        {
            ComfyUIWorkflowInput[] same = [.. role];
            bool titled = same.Length > 1 && same.Select(input => ToName(input.NodeTitle)).Distinct(StringComparer.OrdinalIgnoreCase).Count() == same.Length
                && same.All(input => input.NodeTitle != input.ClassType);
            foreach (ComfyUIWorkflowInput input in same)
            {
                // Titles that somebody wrote tell two of a kind apart better than numbers.
                string plain = role.Key.ToString();
                string name = titled ? Free(taken, ToName(input.NodeTitle) + plain, plain) : Free(taken, plain, plain + "Input");
                parameters.Add(new WorkflowParameter(name, [input]));
            }
        }

        return parameters;
    }

    private static string Free(HashSet<string> taken, string first, string second)
    {
        foreach (string name in new[] { first, second })
        {
            if (name.Length > 0 && taken.Add(name))
            {
                return name;
            }
        }

        string stem = first.Length > 0 ? first : "Input";
        for (int number = 2; ; number++)
        {
            string name = stem + JsonAccess.Invariant(number);
            if (taken.Add(name))
            {
                return name;
            }
        }
    }

    // "Load image (left)" becomes LoadImageLeft: what can be typed after a dash without quotes.
    private static string ToName(string text)
    {
        var name = new StringBuilder(text.Length);
        bool upper = true;
        foreach (char c in text)
        {
            if (!char.IsLetterOrDigit(c))
            {
                upper = true;
                continue;
            }

            if (name.Length == 0 && char.IsDigit(c))
            {
                continue;
            }

            name.Append(upper ? char.ToUpperInvariant(c) : c);
            upper = false;
        }

        return name.Length <= 40 ? name.ToString() : name.ToString(0, 40);
    }
}
