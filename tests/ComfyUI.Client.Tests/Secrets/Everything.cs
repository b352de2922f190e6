using System;
using System.Collections;
using System.Collections.Generic;
using System.Reflection;
using System.Text;

namespace ComfyUI.Client.Tests.Secrets;

/// <summary>All that an object shows to whoever looks: its text, and its public properties and what they hold, some levels deep.</summary>
internal static class Everything
{
    private const int Depth = 6;

    internal static string Of(object? value)
    {
        var text = new StringBuilder();
        Add(text, value, 0, new HashSet<object>(ReferenceEqualityComparer.Instance));
        return text.ToString();
    }

    private static void Add(StringBuilder text, object? value, int depth, HashSet<object> seen)
    {
        if (value is null || depth > Depth || value is Type or MemberInfo or Assembly || !seen.Add(value))
        {
            return;
        }

        text.AppendLine(value.ToString());
        if (value is string || value.GetType().IsPrimitive)
        {
            return;
        }

        if (value is IDictionary pairs)
        {
            foreach (DictionaryEntry pair in pairs)
            {
                Add(text, pair.Key, depth + 1, seen);
                Add(text, pair.Value, depth + 1, seen);
            }
        }
        else if (value is IEnumerable items)
        {
            foreach (object? item in items)
            {
                Add(text, item, depth + 1, seen);
            }
        }

        foreach (PropertyInfo property in value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (property.GetIndexParameters().Length == 0)
            {
                Add(text, Read(property, value), depth + 1, seen);
            }
        }
    }

    private static object? Read(PropertyInfo property, object value)
    {
        try
        {
            return property.GetValue(value);
        }
        catch (TargetInvocationException e)
        {
            return e.InnerException;
        }
    }
}
