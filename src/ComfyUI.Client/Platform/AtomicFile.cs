using System.IO;

namespace ComfyUI.Client;

/// <summary>Puts a finished file in the place of another, so that a reader sees the old one or the new one, never a part.</summary>
internal static class AtomicFile
{
    /// <summary>Gives a file its real name; one that bears it already is gone then.</summary>
    internal static void Replace(string partial, string target)
    {
#if NETSTANDARD2_0
        if (File.Exists(target))
        {
            File.Replace(partial, target, null);
        }
        else
        {
            File.Move(partial, target);
        }
#else
        File.Move(partial, target, overwrite: true);
#endif
    }
}
