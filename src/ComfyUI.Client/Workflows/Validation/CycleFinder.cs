using System;
using System.Collections.Generic;

namespace ComfyUI.Client;

/// <summary>Finds nodes that need their own output. It walks instead of recursing: chains may be long.</summary>
internal static class CycleFinder
{
    /// <summary>Cycles, each as the ids along it; one for each place where a walk comes back to itself.</summary>
    internal static IEnumerable<IReadOnlyList<string>> Find(IReadOnlyDictionary<string, List<string>> sources)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (string start in sources.Keys)
        {
            var path = new List<string>();
            var onPath = new Dictionary<string, int>(StringComparer.Ordinal);
            var next = new Stack<int>();
            if (done.Contains(start))
            {
                continue;
            }

            Enter(start);
            while (path.Count > 0)
            {
                string node = path[path.Count - 1];
                int index = next.Pop();
                List<string> targets = sources.TryGetValue(node, out List<string>? found) ? found : [];
                if (index >= targets.Count)
                {
                    path.RemoveAt(path.Count - 1);
                    onPath.Remove(node);
                    done.Add(node);
                    continue;
                }

                next.Push(index + 1);
                string target = targets[index];
                if (onPath.TryGetValue(target, out int begin))
                {
                    yield return path.GetRange(begin, path.Count - begin);
                }
                else if (!done.Contains(target))
                {
                    Enter(target);
                }
            }

            void Enter(string node)
            {
                onPath[node] = path.Count;
                path.Add(node);
                next.Push(0);
            }
        }
    }
}
