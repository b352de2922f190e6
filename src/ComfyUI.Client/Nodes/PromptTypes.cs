using System;

namespace ComfyUI.Client;

/// <summary>The server's test of whether an output's type fits an input: case counts, and INT does not fit FLOAT.</summary>
internal static class PromptTypes
{
    internal static bool Match(string received, string wanted)
    {
        if (received == wanted || received == SlotType.Any || wanted == SlotType.Any || received == WidgetTypes.MatchType || wanted == WidgetTypes.MatchType)
        {
            return true;
        }

        foreach (string left in received.Split(','))
        {
            if (Array.Exists(wanted.Split(','), right => right.Trim() == left.Trim()))
            {
                return true;
            }
        }

        return false;
    }
}
