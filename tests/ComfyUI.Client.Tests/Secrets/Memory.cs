using System;
using System.Collections.Generic;
using System.Net;
using System.Reflection;
using System.Security;

namespace ComfyUI.Client.Tests.Secrets;

/// <summary>What an object of this library still holds, private fields and all.</summary>
internal static class Memory
{
    /// <summary>The texts and secure strings with this in them that can be reached from an object, each with the way to it.</summary>
    internal static IReadOnlyList<string> Secrets(object root, string secret)
    {
        var found = new List<string>();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var left = new Stack<(object Value, string Way)>();
        left.Push((root, root.GetType().Name));
        while (left.Count > 0)
        {
            (object value, string way) = left.Pop();
            if (!seen.Add(value) || value is Type or MemberInfo or Assembly or Module or System.Threading.Thread)
            {
                continue;
            }

            if ((value as string ?? (value is SecureString secure ? Reveal(secure) : null)) is { } text)
            {
                if (text.Contains(secret, StringComparison.Ordinal))
                {
                    found.Add(way);
                }
            }
            else if (value is Array items)
            {
                foreach (object? item in items.GetType().GetElementType()!.IsPrimitive ? Array.Empty<object>() : items)
                {
                    if (item is not null)
                    {
                        left.Push((item, way + "[]"));
                    }
                }
            }
            else
            {
                foreach ((string name, object field) in Fields(value))
                {
                    left.Push((field, way + "." + name));
                }
            }
        }

        return found;
    }

    private static IEnumerable<(string Name, object Value)> Fields(object value)
    {
        for (Type? type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsPrimitive && !field.FieldType.IsPointer && !field.FieldType.IsByRefLike && field.GetValue(value) is { } next)
                {
                    yield return (field.Name, next);
                }
            }
        }
    }

    private static string? Reveal(SecureString secure)
    {
        try
        {
            return new NetworkCredential(string.Empty, secure).Password;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }
}
